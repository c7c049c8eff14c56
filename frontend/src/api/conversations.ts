import { call, follow } from "./http";
import type { Conversation, ConversationCounts, ConversationStatus, OutgoingMessage, Page } from "./types";

export interface ConversationQuery {
  view: "all" | "mine" | "unassigned";
  status: string;
  unread?: boolean | undefined;
  number_id?: string | undefined;
  contact_id?: string | undefined;
  search?: string | undefined;
}

export interface NewConversation {
  contact_id?: string;
  phone?: string;
  name?: string;
  number_id: string;
  message?: OutgoingMessage;
}

const PAGE_SIZE = 30;
const path = (id: string, action = "") => `conversations/${id}/${action}`;

export const readConversations = (query: ConversationQuery, next: string | null, signal?: AbortSignal) =>
  next === null
    ? call<Page<Conversation>>("GET", "conversations/", { query: { ...query, page_size: PAGE_SIZE }, signal })
    : follow<Page<Conversation>>(next, signal);

export const readCounts = (signal?: AbortSignal) =>
  call<ConversationCounts>("GET", "conversations/counts/", { signal });
export const readConversation = (id: string, signal?: AbortSignal) =>
  call<Conversation>("GET", path(id), { signal });
export const startConversation = (start: NewConversation, idempotencyKey: string) =>
  call<Conversation>("POST", "conversations/", { body: start, idempotencyKey });
export const changeConversation = (id: string, change: { status?: ConversationStatus }) =>
  call<Conversation>("PATCH", path(id), { body: change });
export const markRead = (id: string) => call<Conversation>("POST", path(id, "read/"));
export const markUnread = (id: string) => call<Conversation>("POST", path(id, "unread/"));
/** Without an agent the caller takes the conversation; null gives it to nobody. */
export const assignConversation = (id: string, agentId?: string | null) =>
  call<Conversation>("POST", path(id, "assign/"), {
    body: agentId === undefined ? {} : { agent_id: agentId },
  });
export const closeConversation = (id: string, reason: string, resolved: boolean) =>
  call<Conversation>("POST", path(id, "close/"), { body: { reason, resolved } });
export const reopenConversation = (id: string) => call<Conversation>("POST", path(id, "reopen/"));
