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
  /** Whether all above was imported from the phone. */
  endsHistory: boolean;
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

function isEntry({ type }: Message): boolean {
  return type === "system" || type === "call";
}

/** What somebody still has to look at: neither reactions nor notices, nor what wasn't said to us. */
function countsAsUnread({ direction, type, origin, content }: Message): boolean {
  if (direction !== "inbound" || origin !== "live") return false;
  return type === "call" ? content.status === "missed" : type !== "reaction" && type !== "system";
}

function continuesTurn(message: Message, before: Message | undefined): boolean {
  if (before === undefined || isEntry(before) || before.direction !== message.direction) return false;
  if (before.origin !== message.origin) return false;
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
    const endsHistory = before?.origin === "history" && message.origin !== "history";
    current.rows.push({ message, continues: continues && !endsHistory, startsUnread, endsHistory });
    before = message;
  }
  return days;
}

/** The first of the last `count` messages from the customer. */
export function firstOfUnread(messages: Message[], count: number): string | null {
  if (count === 0) return null;
  const inbound = messages.filter(countsAsUnread);
  return inbound.at(-count)?.id ?? inbound[0]?.id ?? null;
}
