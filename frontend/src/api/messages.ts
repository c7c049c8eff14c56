import { answer, api } from "./http";
import type { operations } from "./schema";
import type { OutgoingMessage } from "./types";

export type MessageQuery = NonNullable<operations["conversations_messages_list"]["parameters"]["query"]>;

const of = (id: string) => ({ params: { path: { id } } });

export const readMessages = (conversationId: string, query: MessageQuery, signal?: AbortSignal) =>
  answer(
    api.GET("/api/v1/conversations/{id}/messages/", {
      params: { path: { id: conversationId }, query },
      signal,
    }),
  );
export const readMessage = (id: string) => answer(api.GET("/api/v1/messages/{id}/", of(id)));
export const sendMessage = (conversationId: string, message: OutgoingMessage) =>
  answer(
    api.POST("/api/v1/conversations/{id}/messages/", {
      params: {
        path: { id: conversationId },
        header: message.client_id === undefined ? {} : { "Idempotency-Key": message.client_id },
      },
      body: message,
    }),
  );
export const retryMessage = (id: string) => answer(api.POST("/api/v1/messages/{id}/retry/", of(id)));
export const cancelMessage = (id: string) => answer(api.POST("/api/v1/messages/{id}/cancel/", of(id)));
export const readMedia = (id: string) => answer(api.GET("/api/v1/media/{id}/", of(id)));
