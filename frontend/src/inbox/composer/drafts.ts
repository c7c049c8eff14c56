import { create } from "zustand";
import { onLeave } from "@/auth/session";

/**
 * Unsent text by conversation, kept in localStorage. It outlives reloads, crashes and sessions that ran out,
 * and goes when the agent signs out.
 */
const PREFIX = "pytake.draft.";

function stored(): Record<string, string> {
  const kept = Object.entries(localStorage).filter(([key]) => key.startsWith(PREFIX));
  return Object.fromEntries(kept.map(([key, text]) => [key.slice(PREFIX.length), String(text)]));
}

const useDrafts = create<{ texts: Record<string, string> }>(() => ({ texts: stored() }));

export function useDraft(conversationId: string): string {
  return useDrafts((state) => state.texts[conversationId] ?? "");
}

export function draftOf(conversationId: string): string {
  return useDrafts.getState().texts[conversationId] ?? "";
}

export function keepDraft(conversationId: string, text: string): void {
  useDrafts.setState(({ texts }) => ({ texts: { ...texts, [conversationId]: text } }));
  if (text === "") localStorage.removeItem(PREFIX + conversationId);
  else localStorage.setItem(PREFIX + conversationId, text);
}

/** Puts the text of a message that could not go out before what has been written since. */
export function takeBackText(conversationId: string, text: string): void {
  const draft = draftOf(conversationId);
  keepDraft(conversationId, draft === "" ? text : `${text}\n${draft}`);
}

onLeave(() => {
  for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
  useDrafts.setState({ texts: {} });
});
