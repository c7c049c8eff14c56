import { keys } from "@/api/keys";
import { readMedia, readMessage } from "@/api/messages";
import type { Media, Message, MessageStatus } from "@/api/types";
import { queryClient } from "@/app/queryClient";
import { laterStatus, mapMessages, mergeNewest, putInto, readStretch, type ThreadData } from "./threadData";

function stretches(conversationId: string) {
  return queryClient.getQueryCache().findAll({ queryKey: keys.threads(conversationId) });
}

function changeStretches(conversationId: string, change: (data: ThreadData) => ThreadData): void {
  for (const query of stretches(conversationId)) {
    const data = query.state.data as ThreadData | undefined;
    if (data === undefined) continue;
    const next = change(data);
    if (next === data) continue;
    // A patch is no full read: what waits to be read again goes on waiting.
    const { isInvalidated } = query.state;
    query.setData(next);
    if (isInvalidated) query.invalidate();
  }
}

export function putMessage(message: Message): void {
  changeStretches(message.conversation_id, (data) => putInto(data, message));
}

export function changeMessage(
  conversationId: string,
  id: string,
  change: (message: Message) => Message,
): void {
  changeStretches(conversationId, (data) =>
    mapMessages(data, (item) => (item.id === id ? change(item) : item)),
  );
}

export function hasMessage(conversationId: string, id: string): boolean {
  return stretches(conversationId).some(({ state }) => {
    const data = state.data as ThreadData | undefined;
    return data?.items.some((message) => message.id === id) ?? false;
  });
}

const TIME_OF: Partial<Record<MessageStatus, "sent_at" | "delivered_at" | "read_at" | "failed_at">> = {
  sent: "sent_at",
  delivered: "delivered_at",
  read: "read_at",
  played: "read_at",
  failed: "failed_at",
};

export function setMessageStatus(
  conversationId: string,
  id: string,
  status: MessageStatus,
  at: string,
): void {
  const time = TIME_OF[status];
  changeMessage(conversationId, id, (message) => {
    const next = laterStatus(message.status, status);
    const stamp = time !== undefined && message[time] === null ? { [time]: at } : {};
    if (next === message.status && Object.keys(stamp).length === 0) return message;
    return { ...message, ...stamp, status: next };
  });
}

/** Asks for a media record with a fresh address: the old one expired or the file has just been stored. */
export async function refreshMedia(
  conversationId: string,
  messageId: string,
  mediaId: string,
): Promise<Media> {
  const media = await readMedia(mediaId);
  changeMessage(conversationId, messageId, (message) => ({ ...message, media }));
  return media;
}

export async function refreshMessage(id: string): Promise<void> {
  putMessage(await readMessage(id));
}

/** Reactions sit on messages that may be older than what was just read. */
function targetsOf(newest: Message[], isNew: (id: string) => boolean): string[] {
  return newest.flatMap(({ id, type, content }) => {
    const target = type === "reaction" && isNew(id) ? content.message_id : null;
    return typeof target === "string" && newest.every((message) => message.id !== target) ? [target] : [];
  });
}

/** Reads the newest messages of a thread on the screen; one that nobody looks at is read when it is opened. */
export async function catchUpThread(conversationId: string): Promise<void> {
  const queryKey = keys.threads(conversationId);
  void queryClient.invalidateQueries({ queryKey, refetchType: "none", type: "inactive" });
  const active = queryClient.getQueryCache().findAll({ queryKey, type: "active" });
  if (active.length === 0) return;
  const newest = await readStretch(conversationId, null);
  const targets = targetsOf(newest.items, (id) => !hasMessage(conversationId, id));
  changeStretches(conversationId, (data) => mergeNewest(data, newest));
  await Promise.all(targets.filter((id) => hasMessage(conversationId, id)).map(refreshMessage));
}
