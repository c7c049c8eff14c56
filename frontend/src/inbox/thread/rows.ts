import type { Message } from "@/api/types";
import { dayOf } from "@/i18n/format";

/** Bubbles of one sender this close together read as one turn. */
const ONE_TURN = 5 * 60_000;

export type Row =
  | { kind: "day"; key: string; at: string }
  | { kind: "unread"; key: string }
  | { kind: "message"; key: string; message: Message; continues: boolean };

/** Reactions that found their message sit on its bubble and need no row of their own. */
function isOnBubble(message: Message): boolean {
  return message.type === "reaction" && typeof message.content.message_id === "string";
}

function continuesTurn(message: Message, before: Message | undefined): boolean {
  if (before === undefined || before.type === "system" || before.direction !== message.direction)
    return false;
  if (before.sender.id !== message.sender.id || before.sender.kind !== message.sender.kind) return false;
  return Date.parse(message.at) - Date.parse(before.at) < ONE_TURN;
}

export function rowsOf(messages: Message[], firstUnread: string | null): Row[] {
  const rows: Row[] = [];
  let before: Message | undefined;
  for (const message of messages) {
    if (isOnBubble(message)) continue;
    const newDay = before === undefined || dayOf(before.at) !== dayOf(message.at);
    if (newDay) rows.push({ kind: "day", key: `day ${dayOf(message.at)} ${message.id}`, at: message.at });
    const unread = message.id === firstUnread;
    if (unread) rows.push({ kind: "unread", key: "unread" });
    const continues = !newDay && !unread && continuesTurn(message, before);
    rows.push({ kind: "message", key: message.id, message, continues });
    before = message;
  }
  return rows;
}

/** The first of the last `count` messages from the customer. */
export function firstOfUnread(messages: Message[], count: number): string | null {
  if (count === 0) return null;
  const inbound = messages.filter((message) => message.direction === "inbound" && !isOnBubble(message));
  return inbound.at(-count)?.id ?? inbound[0]?.id ?? null;
}
