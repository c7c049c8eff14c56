import { create } from "zustand";
import type { Message } from "@/api/types";
import { onLeave } from "@/auth/session";
import { attachmentOf, type Attachment } from "./attachments";
import type { Reply } from "./sendOutgoing";

/** What waits in each conversation's composer besides its text: files and the message being answered. */
interface Waiting {
  attachments: Attachment[];
  reply: Reply | null;
}

interface ComposerState {
  waiting: Record<string, Waiting>;
  /** Counts the requests to put the cursor into the composer. */
  focusRequests: number;
}

const NOTHING: Waiting = { attachments: [], reply: null };

export const useComposerStore = create<ComposerState>(() => ({ waiting: {}, focusRequests: 0 }));

onLeave(() => useComposerStore.setState({ waiting: {} }));

export function useWaiting(conversationId: string): Waiting {
  return useComposerStore((state) => state.waiting[conversationId] ?? NOTHING);
}

function change(conversationId: string, update: (before: Waiting) => Waiting): void {
  useComposerStore.setState(({ waiting }) => ({
    waiting: { ...waiting, [conversationId]: update(waiting[conversationId] ?? NOTHING) },
  }));
}

export function focusComposer(): void {
  useComposerStore.setState(({ focusRequests }) => ({ focusRequests: focusRequests + 1 }));
}

export function attachFiles(conversationId: string, files: Iterable<File>): void {
  const added = [...files].filter(({ size }) => size > 0).map(attachmentOf);
  change(conversationId, (before) => ({ ...before, attachments: [...before.attachments, ...added] }));
  focusComposer();
}

export function detach(conversationId: string, id: string): void {
  change(conversationId, (before) => ({
    ...before,
    attachments: before.attachments.filter((attachment) => attachment.id !== id),
  }));
}

export function replyTo(message: Message): void {
  const { id, type, text: preview, sender } = message;
  change(message.conversation_id, (before) => ({
    ...before,
    reply: { id, quoted: { id, type, preview, sender_name: sender.name } },
  }));
  focusComposer();
}

export function dropReply(conversationId: string): void {
  change(conversationId, (before) => ({ ...before, reply: null }));
}

export function clearWaiting(conversationId: string): void {
  change(conversationId, () => NOTHING);
}
