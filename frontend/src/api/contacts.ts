import { answer, api } from "./http";
import type { components } from "./schema";

export type ContactChange = Pick<
  components["schemas"]["PatchedContactChangesRequest"],
  "name" | "email" | "company" | "job_title" | "notes"
>;

const SUGGESTED = 8;
const MOST_TAGS = 100;
const of = (id: string) => ({ params: { path: { id } } });

export const searchContacts = (query: string, signal?: AbortSignal) =>
  answer(api.GET("/api/v1/contacts/", { params: { query: { query, page_size: SUGGESTED } }, signal }));
export const readContact = (id: string, signal?: AbortSignal) =>
  answer(api.GET("/api/v1/contacts/{id}/", { ...of(id), signal }));
export const readContactStats = (id: string, signal?: AbortSignal) =>
  answer(api.GET("/api/v1/contacts/{id}/stats/", { ...of(id), signal }));
export const changeContact = (id: string, change: ContactChange) =>
  answer(api.PATCH("/api/v1/contacts/{id}/", { ...of(id), body: change }));
export const blockContact = (id: string, reason: string) =>
  answer(api.POST("/api/v1/contacts/{id}/block/", { ...of(id), body: { reason } }));
export const unblockContact = (id: string) => answer(api.POST("/api/v1/contacts/{id}/unblock/", of(id)));
export const mergeContacts = (id: string, otherId: string) =>
  answer(api.POST("/api/v1/contacts/{id}/merge/", { ...of(id), body: { other_id: otherId } }));
export const setVip = (id: string, vip: boolean) =>
  answer(
    vip ? api.POST("/api/v1/contacts/{id}/vip/", of(id)) : api.DELETE("/api/v1/contacts/{id}/vip/", of(id)),
  );
export const setTags = (id: string, names: string[]) =>
  answer(api.PUT("/api/v1/contacts/{id}/tags/", { ...of(id), body: { names } }));
export const readTags = (signal?: AbortSignal) =>
  answer(api.GET("/api/v1/tags/", { params: { query: { page_size: MOST_TAGS } }, signal }));
