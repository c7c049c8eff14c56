import type { Message } from "@/api/types";
import { dayOf } from "@/i18n/format";

/** Bubbles of one sender this close together read as one turn. */
const ONE_TURN = 5 * 60_000;

export interface Row {
  message: Message;
  /** Whether the bubble above is the same sender's, minutes ago: then it needs no name. */
  continues: boolean;
  /** Whether what was unread begins here. */
  startsUnread: boolean;
}

export interface Day {
  /** Stays the same when older messages of the day are loaded. */
  key: string;
  day: string;
  at: string;
  rows: Row[];
}

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

/** A thread as it is drawn: by days of the organization's calendar. */
export function daysOf(messages: Message[], firstUnread: string | null): Day[] {
  const days: Day[] = [];
  let before: Message | undefined;
  for (const message of messages) {
    if (isOnBubble(message)) continue;
    const day = dayOf(message.at);
    let current = days.at(-1);
    const newDay = current?.day !== day;
    if (current === undefined || newDay) {
      const again = days.filter((other) => other.day === day).length;
      current = { key: `${day} ${again}`, day, at: message.at, rows: [] };
      days.push(current);
    }
    const startsUnread = message.id === firstUnread;
    const continues = !newDay && !startsUnread && continuesTurn(message, before);
    current.rows.push({ message, continues, startsUnread });
    before = message;
  }
  return days;
}

/** The first of the last `count` messages from the customer. */
export function firstOfUnread(messages: Message[], count: number): string | null {
  if (count === 0) return null;
  // The server counts what was said: neither reactions nor notices.
  const inbound = messages.filter(
    ({ direction, type }) => direction === "inbound" && type !== "reaction" && type !== "system",
  );
  return inbound.at(-count)?.id ?? inbound[0]?.id ?? null;
}
