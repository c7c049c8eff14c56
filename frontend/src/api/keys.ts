import type { ConversationQuery } from "./conversations";

/** Every key of the query cache, so that what reads and what patches can't disagree. */
export const keys = {
  me: ["me"] as const,
  members: ["members"] as const,
  numbers: ["numbers"] as const,
  departments: ["departments"] as const,
  tags: ["tags"] as const,
  counts: ["counts"] as const,
  lists: ["conversations"] as const,
  list: (query: ConversationQuery) => ["conversations", query] as const,
  conversation: (id: string) => ["conversation", id] as const,
  threads: (conversationId: string) => ["messages", conversationId] as const,
  thread: (conversationId: string, anchor: string | null) => ["messages", conversationId, anchor] as const,
  found: (conversationId: string, search: string) => ["found", conversationId, search] as const,
  contact: (id: string) => ["contact", id] as const,
  contactStats: (id: string) => ["contact", id, "stats"] as const,
  contactSearch: (query: string) => ["contact-search", query] as const,
};
