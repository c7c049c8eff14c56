import { screen } from "@testing-library/react";
import { beforeAll, expect, it, vi } from "vitest";
import type { Message } from "@/api/types";
import { ready } from "@/i18n";
import payloads from "../../../tests/payloads.json";
import { show } from "../../../tests/render";
import { MessageRow, type RowContext } from "./MessageRow";
import type { MessageActions } from "./useMessageActions";

/**
 * Every payload that WhatsApp's pages name, as it comes out of the API: the back end's tests write the file.
 * Whatever it is, a stranger reads words, and never what only a program understands.
 */
const FOR_PROGRAMS = /undefined|\[object|null|NaN|wamid\.|\{"|US\.9000/;

function mutation() {
  return { mutate: vi.fn(), isPending: false };
}

function rowOf(message: Message): string {
  const actions = { retry: mutation(), cancel: mutation(), reaction: mutation() };
  const context: RowContext = {
    actions: actions as unknown as MessageActions,
    canReply: true,
    onReply: vi.fn(),
    onJump: vi.fn(),
  };
  show(<MessageRow message={message} continues={false} flashed={false} found="" context={context} />);
  const shown = document.querySelector('[data-testid="message"]') ?? screen.getByText(/.+/);
  return shown.textContent;
}

// Of these WhatsApp has a sentence or a word in English; what happened is told in the reader's language instead.
const OWN_WORDS = new Set([
  "nfm_reply",
  "payment_method",
  "customer_identity_changed",
  "user_changed_number",
]);

beforeAll(() => ready);

it.each(Object.entries(payloads as unknown as Record<string, Message>))("%s", (_name, message) => {
  const read = rowOf(message);
  expect(read.replace(/\d\d:\d\d/, "").trim().length).toBeGreaterThan(2);
  expect(read).not.toMatch(FOR_PROGRAMS);
  const { body, caption, title, filename } = message.content as Record<string, string | undefined>;
  const shown = OWN_WORDS.has(String(message.content.kind))
    ? [caption, filename]
    : [body, caption, filename, title];
  for (const words of shown) if (words !== undefined) expect(read).toContain(words);
});
