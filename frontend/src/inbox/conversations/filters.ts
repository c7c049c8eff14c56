import type { ConversationQuery } from "@/api/conversations";
import type { Conversation } from "@/api/types";

export const VIEWS = ["all", "mine", "unassigned"] as const;
export type View = (typeof VIEWS)[number];

/** What the agent chose to see; it lives in the address, so that reload and "back" keep it. */
export interface InboxFilters {
  view?: View | undefined;
  closed?: true | undefined;
  unread?: true | undefined;
  number?: string | undefined;
  q?: string | undefined;
}

const FINISHED = ["resolved", "closed", "archived"];

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

export function readFilters(search: Record<string, unknown>): InboxFilters {
  const view = VIEWS.find((name) => name === search.view);
  return {
    view: view === "all" ? undefined : view,
    closed: search.closed === true ? true : undefined,
    unread: search.unread === true ? true : undefined,
    number: text(search.number),
    q: text(search.q) ?? (typeof search.q === "number" ? String(search.q) : undefined),
  };
}

export function queryOf(filters: InboxFilters): ConversationQuery {
  return {
    view: filters.view ?? "all",
    status: filters.closed ? FINISHED.join(",") : "open",
    unread: filters.unread,
    number_id: filters.number,
    search: filters.q,
  };
}

export function isFinished(conversation: Pick<Conversation, "status">): boolean {
  return FINISHED.includes(conversation.status);
}

/**
 * Whether a list shows this conversation. Only the server can say what a search finds: there the answer is
 * null and the list keeps what it has.
 */
export function belongs(conversation: Conversation, query: ConversationQuery, myId: string): boolean | null {
  if (query.search !== undefined && query.search !== "") return null;
  if (query.contact_id !== undefined && query.contact_id !== conversation.contact.id) return false;
  if (query.number_id !== undefined && query.number_id !== conversation.number.id) return false;
  if (query.unread === true && conversation.unread_count === 0) return false;
  if (query.view === "mine" && conversation.assignee?.id !== myId) return false;
  if (query.view === "unassigned" && conversation.assignee !== null) return false;
  if (query.status === "open") return !isFinished(conversation);
  return query.status.split(",").includes(conversation.status);
}
