import { create } from "zustand";
import { onLeave } from "@/auth/session";
import { draftOf, keepDraft } from "../composer/drafts";

/** Conversations that became part of another one, because their contacts were one person. */
const useJoined = create<{ into: Record<string, string> }>(() => ({ into: {} }));

/** The conversation in which this one goes on; null where it stands by itself. */
export function useWhereItWent(conversationId: string): string | null {
  return useJoined(({ into }) => lastOf(into, conversationId));
}

/** Remembers it for whoever has the conversation open, with what they were about to say. */
export function noteJoined(conversationId: string, into: string): void {
  if (conversationId === into) return;
  useJoined.setState((state) => ({ into: { ...state.into, [conversationId]: into } }));
  const draft = draftOf(conversationId);
  if (draft === "") return;
  if (draftOf(into) === "") keepDraft(into, draft);
  keepDraft(conversationId, "");
}

function lastOf(into: Record<string, string>, conversationId: string): string | null {
  let found: string | null = null;
  for (let next = into[conversationId], left = 9; next !== undefined && left > 0; next = into[next], left--)
    found = next;
  return found;
}

onLeave(() => useJoined.setState({ into: {} }));
