import { answer, api } from "./http";
import type { components, operations } from "./schema";

type ListParameters = NonNullable<operations["conversations_list"]["parameters"]["query"]>;
export type ConversationQuery = Omit<ListParameters, "cursor" | "page_size"> & { status: string };
export type NewConversation = components["schemas"]["StartConversationRequest"];

const PAGE_SIZE = 30;
const of = (id: string) => ({ params: { path: { id } } });

export const readConversations = (query: ConversationQuery, cursor: string | null, signal?: AbortSignal) =>
  answer(
    api.GET("/api/v1/conversations/", {
      params: { query: { ...query, page_size: PAGE_SIZE, ...(cursor === null ? {} : { cursor }) } },
      signal,
    }),
  );
export const readCounts = (signal?: AbortSignal) =>
  answer(api.GET("/api/v1/conversations/counts/", { signal }));
export const readConversation = (id: string, signal?: AbortSignal) =>
  answer(api.GET("/api/v1/conversations/{id}/", { ...of(id), signal }));
export const startConversation = (start: NewConversation, idempotencyKey: string) =>
  answer(
    api.POST("/api/v1/conversations/", {
      body: start,
      params: { header: { "Idempotency-Key": idempotencyKey } },
    }),
  );
export const markRead = (id: string) => answer(api.POST("/api/v1/conversations/{id}/read/", of(id)));
export const markUnread = (id: string) => answer(api.POST("/api/v1/conversations/{id}/unread/", of(id)));
/** Without an agent the caller takes the conversation; null gives it to nobody. */
export const assignConversation = (id: string, agentId?: string | null) =>
  answer(
    api.POST("/api/v1/conversations/{id}/assign/", {
      ...of(id),
      body: agentId === undefined ? {} : { agent_id: agentId },
    }),
  );
export const closeConversation = (id: string, reason: string, resolved: boolean) =>
  answer(api.POST("/api/v1/conversations/{id}/close/", { ...of(id), body: { reason, resolved } }));
/** Another responder of the number answers from now on. */
export const passThread = (id: string, role: components["schemas"]["PassThreadRoleEnum"], note: string) =>
  answer(api.POST("/api/v1/conversations/{id}/pass-thread/", { ...of(id), body: { role, note } }));
export const releaseThread = (id: string) =>
  answer(api.POST("/api/v1/conversations/{id}/release-thread/", of(id)));
export const takeThread = (id: string) => answer(api.POST("/api/v1/conversations/{id}/take-thread/", of(id)));
export const reopenConversation = (id: string) =>
  answer(api.POST("/api/v1/conversations/{id}/reopen/", of(id)));
export const changeDepartment = (id: string, departmentId: string | null) =>
  answer(api.PATCH("/api/v1/conversations/{id}/", { ...of(id), body: { department_id: departmentId } }));
