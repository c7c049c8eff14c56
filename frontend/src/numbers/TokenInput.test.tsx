import { fireEvent, screen } from "@testing-library/react";
import { useState } from "react";
import { beforeAll, expect, it, vi } from "vitest";
import { useSession } from "@/auth/session";
import { ready } from "@/i18n";
import { show } from "../../tests/render";
import { ME } from "../../tests/samples";
import { TokenInput } from "./TokenInput";

const SECRET = { id: "1", name: "whatsapp_token", display_name: "WhatsApp" };
vi.mock("@/api/secrets", () => ({
  readSecrets: () => Promise.resolve({ next: null, previous: null, results: [SECRET] }),
}));

function Form() {
  const [value, setValue] = useState("");
  return (
    <>
      <TokenInput label="Token" description="" value={value} onChange={setValue} />
      <output>{value}</output>
    </>
  );
}

function form(permissions: string[]) {
  useSession.setState({ me: { ...ME, permissions } });
  show(<Form />);
}

beforeAll(() => ready);

it("takes what is typed, without the spaces around it", () => {
  form([]);
  fireEvent.change(screen.getByLabelText("Token"), { target: { value: " EAAJ " } });
  expect(screen.getByRole("status")).toHaveTextContent("EAAJ");
  expect(screen.queryByRole("button", { name: /cofre|vault/ })).toBeNull();
});

it("names a secret of the vault in the token's place", async () => {
  form(["secrets.view"]);
  fireEvent.click(screen.getByRole("button", { name: /cofre|vault/ }));
  fireEvent.click(screen.getByRole("combobox", { name: "Token" }));
  fireEvent.click(await screen.findByRole("option", { name: "WhatsApp (whatsapp_token)" }));
  expect(screen.getByRole("status")).toHaveTextContent("{{secret:whatsapp_token}}");
  fireEvent.click(screen.getByRole("button", { name: /Digitar|Type/ }));
  expect(screen.getByRole("status")).toHaveTextContent("");
});
