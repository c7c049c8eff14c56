import { call, follow } from "./http";
import type { Media, Message, OutgoingMessage, Page } from "./types";

export interface MessageQuery {
  order?: "newest" | "oldest";
  at_before?: string;
  at_after?: string;
  search?: string;
  page_size?: number;
}

export const readMessages = (conversationId: string, query: MessageQuery, signal?: AbortSignal) =>
  call<Page<Message>>("GET", `conversations/${conversationId}/messages/`, { query: { ...query }, signal });
export const followMessages = (link: string, signal?: AbortSignal) => follow<Page<Message>>(link, signal);
export const sendMessage = (conversationId: string, message: OutgoingMessage) =>
  call<Message>("POST", `conversations/${conversationId}/messages/`, {
    body: message,
    ...(message.client_id === undefined ? {} : { idempotencyKey: message.client_id }),
  });
export const retryMessage = (id: string) => call<Message>("POST", `messages/${id}/retry/`);
export const cancelMessage = (id: string) => call<Message>("POST", `messages/${id}/cancel/`);
export const readMedia = (id: string, signal?: AbortSignal) => call<Media>("GET", `media/${id}/`, { signal });
