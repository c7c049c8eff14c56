import { TextInput } from "@mantine/core";
import { screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { beforeAll, expect, it, vi } from "vitest";
import { problemFrom } from "@/api/problem";
import { ready } from "@/i18n";
import { show } from "../../tests/render";
import { FormDialog } from "./FormDialog";

const shown = vi.fn();

beforeAll(async () => {
  Element.prototype.scrollIntoView = shown;
  await ready;
});

function form(onSend: () => Promise<unknown>, lacking?: Record<string, string>) {
  show(
    <FormDialog opened title="Form" onClose={() => undefined} onSend={onSend} {...(lacking && { lacking })}>
      {(problems) => (
        <>
          <TextInput label="First" error={problems.first} />
          <TextInput label="Second" error={problems.second} />
        </>
      )}
    </FormDialog>,
  );
}

it("says what is lacking before it sends anything, as soon as somebody tries", async () => {
  const send = vi.fn(() => Promise.resolve());
  form(send, { second: "Choose one." });
  expect(screen.queryByText("Choose one.")).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "Salvar" }));
  expect(screen.getByText("Choose one.")).toBeVisible();
  expect(screen.getByLabelText("Second")).toHaveFocus();
  expect(send).not.toHaveBeenCalled();
});

it("leads to the first field that was refused", async () => {
  const errors = [{ field: "second", code: "wrong", message: "Not this." }];
  form(() => Promise.reject(problemFrom(400, { type: "/problems/invalid", title: "Invalid", errors })));
  shown.mockClear();
  await userEvent.click(screen.getByRole("button", { name: "Salvar" }));
  await vi.waitFor(() => expect(screen.getByLabelText("Second")).toHaveFocus());
  expect(shown).toHaveBeenCalled();
});
