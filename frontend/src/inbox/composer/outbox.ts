import { create } from "zustand";
import type { OutgoingMessage, QuotedMessage } from "@/api/types";
import { onLeave } from "@/auth/session";
import type { Attachment } from "./attachments";

/** A message on its way to the API: shown at once, and until the server's own version takes its place. */
export interface Outgoing {
  clientId: string;
  conversationId: string;
  message: OutgoingMessage;
  quoted: QuotedMessage | null;
  attachment: Attachment | null;
  state: "uploading" | "sending" | "refused";
  /** Share of the file that is up, 0 to 1. */
  progress: number;
  /** The line is lost, and the rest of the file waits for it. */
  waiting?: boolean;
  /** Why it is refused; null after a reload cut it off. */
  error: unknown;
  at: string;
}

interface Outbox {
  entries: Outgoing[];
}

const STORED = "pytake.outbox";

/** Texts that a reload cut off come back as refused: sent again under the same id, they can't go out twice. */
function restore(): Outgoing[] {
  try {
    const entries = JSON.parse(sessionStorage.getItem(STORED) ?? "[]") as Outgoing[];
    return entries.map((entry) => ({ ...entry, state: "refused" as const, error: null }));
  } catch {
    return [];
  }
}

export const useOutbox = create<Outbox>(() => ({ entries: restore() }));

useOutbox.subscribe(({ entries }) => {
  const texts = entries.filter(({ attachment }) => attachment === null);
  if (texts.length === 0) sessionStorage.removeItem(STORED);
  else sessionStorage.setItem(STORED, JSON.stringify(texts));
});

onLeave(() => useOutbox.setState({ entries: [] }));

export function addOutgoing(entry: Outgoing): void {
  useOutbox.setState(({ entries }) => ({ entries: [...entries, entry] }));
}

export function changeOutgoing(clientId: string, change: Partial<Outgoing>): void {
  useOutbox.setState(({ entries }) => ({
    entries: entries.map((entry) => (entry.clientId === clientId ? { ...entry, ...change } : entry)),
  }));
}

export function removeOutgoing(clientId: string): void {
  useOutbox.setState(({ entries }) => ({ entries: entries.filter((entry) => entry.clientId !== clientId) }));
}

export function outgoing(clientId: string): Outgoing | undefined {
  return useOutbox.getState().entries.find((entry) => entry.clientId === clientId);
}
