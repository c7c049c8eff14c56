import { cursorOf } from "@/api/http";
import { readMessages } from "@/api/messages";
import type { Message, MessageStatus, Page } from "@/api/types";

/** The loaded stretch of a thread, oldest message first, with where to go on reading on both sides. */
export interface ThreadData {
  items: Message[];
  older: string | null;
  /** Null when the stretch reaches the thread's end: then new messages belong to it. */
  newer: string | null;
}

export const PAGE_SIZE = 40;

function fromNewest(page: Page<Message>): ThreadData {
  return { items: page.results.toReversed(), older: cursorOf(page.next), newer: null };
}

function withoutKnown(items: Message[], known: Message[]): Message[] {
  const ids = new Set(known.map(({ id }) => id));
  return items.filter(({ id }) => !ids.has(id));
}

/** The newest messages or, with an anchor, those on both sides of that instant. */
export async function readStretch(
  conversationId: string,
  anchor: string | null,
  signal?: AbortSignal,
): Promise<ThreadData> {
  if (anchor === null)
    return fromNewest(await readMessages(conversationId, { page_size: PAGE_SIZE }, signal));
  const [before, after] = await Promise.all([
    readMessages(conversationId, { order: "newest", at_before: anchor, page_size: PAGE_SIZE / 2 }, signal),
    readMessages(conversationId, { order: "oldest", at_after: anchor, page_size: PAGE_SIZE / 2 }, signal),
  ]);
  const older = fromNewest(before);
  const newer = withoutKnown(after.results, older.items);
  return { items: [...older.items, ...newer], older: older.older, newer: cursorOf(after.next) };
}

export async function extendOlder(conversationId: string, data: ThreadData): Promise<ThreadData> {
  if (data.older === null) return data;
  const query = { order: "newest", cursor: data.older, page_size: PAGE_SIZE } as const;
  const page = fromNewest(await readMessages(conversationId, query));
  return { ...data, items: [...withoutKnown(page.items, data.items), ...data.items], older: page.older };
}

export async function extendNewer(conversationId: string, data: ThreadData): Promise<ThreadData> {
  if (data.newer === null) return data;
  const query = { order: "oldest", cursor: data.newer, page_size: PAGE_SIZE } as const;
  const page = await readMessages(conversationId, query);
  const items = [...data.items, ...withoutKnown(page.results, data.items)];
  return { ...data, items, newer: cursorOf(page.next) };
}

/** Lays the newest messages over what is loaded; where the two don't meet, only the newest stay. */
export function mergeNewest(data: ThreadData, newest: ThreadData): ThreadData {
  const loaded = new Map(data.items.map((message) => [message.id, message]));
  const items = newest.items.map((message) => furthest(loaded.get(message.id), message));
  const fresh = new Map(items.map((message) => [message.id, message]));
  if (data.newer !== null) return mapMessages(data, (message) => fresh.get(message.id) ?? message);
  const meets = newest.older === null || data.items.some(({ id }) => fresh.has(id));
  if (!meets) return newest;
  const kept = withoutKnown(data.items, newest.items);
  return {
    items: [...kept, ...items],
    older: kept.length === 0 ? newest.older : data.older,
    newer: null,
  };
}

export function mapMessages(data: ThreadData, change: (message: Message) => Message): ThreadData {
  const items = data.items.map(change);
  return items.some((message, index) => message !== data.items[index]) ? { ...data, items } : data;
}

/** Puts a message where it stood, or at the end of a thread whose end is loaded. */
export function putInto(data: ThreadData, message: Message): ThreadData {
  if (data.items.some(({ id }) => id === message.id)) {
    return mapMessages(data, (item) => (item.id === message.id ? furthest(item, message) : item));
  }
  return data.newer === null ? { ...data, items: [...data.items, message] } : data;
}

const ORDER: Partial<Record<MessageStatus, number>> = {
  scheduled: 0,
  held: 1,
  queued: 1,
  sending: 2,
  uncertain: 3,
  accepted: 4,
  sent: 5,
  failed: 6,
  delivered: 7,
  read: 8,
  played: 9,
};

const NOT_ACCEPTED = 3;

/** A status that arrives late never takes a tick away; only what was not accepted yet may go back to waiting. */
export function laterStatus(before: MessageStatus, now: MessageStatus): MessageStatus {
  const from = ORDER[before] ?? 0;
  const to = ORDER[now] ?? 0;
  if (to >= from) return now;
  const isRetried = before === "failed" && to <= NOT_ACCEPTED;
  return isRetried || from <= NOT_ACCEPTED ? now : before;
}

/** A read that was under way while an event came in must not undo it. */
function furthest(known: Message | undefined, read: Message): Message {
  if (known === undefined) return read;
  return {
    ...read,
    status: laterStatus(known.status, read.status),
    sent_at: read.sent_at ?? known.sent_at,
    delivered_at: read.delivered_at ?? known.delivered_at,
    read_at: read.read_at ?? known.read_at,
  };
}
