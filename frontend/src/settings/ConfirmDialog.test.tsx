import { screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { useState } from "react";
import { beforeAll, expect, it, vi } from "vitest";
import { ready } from "@/i18n";
import { show } from "../../tests/render";
import { ConfirmDialog } from "./ConfirmDialog";
import { RowActions } from "./RowActions";

function List() {
  const [names, setNames] = useState(["Vendas", "Suporte"]);
  const [removed, setRemoved] = useState<string | null>(null);
  return (
    <>
      <h1>Departamentos</h1>
      {names.map((name) => (
        <RowActions key={name} name={name} onEdit={() => undefined} onRemove={() => setRemoved(name)} />
      ))}
      <ConfirmDialog
        name={removed}
        onClose={() => setRemoved(null)}
        onConfirm={async () => {
          await Promise.resolve();
          setNames((before) => before.filter((name) => name !== removed));
        }}
      />
    </>
  );
}

beforeAll(() => ready);

it("leaves whoever removed a row at the next one, and after the last at the heading", async () => {
  const person = userEvent.setup();
  show(<List />);
  await person.click(screen.getByRole("button", { name: "Excluir: Vendas" }));
  await person.click(screen.getByRole("button", { name: "Excluir" }));
  await vi.waitFor(() => expect(screen.getByRole("button", { name: "Excluir: Suporte" })).toHaveFocus());
  await person.keyboard("{Enter}");
  await person.click(screen.getByRole("button", { name: "Excluir" }));
  await vi.waitFor(() => expect(screen.getByRole("heading", { level: 1 })).toHaveFocus());
});
