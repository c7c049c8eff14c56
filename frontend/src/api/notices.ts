import { answer, api } from "./http";
import type { components } from "./schema";

type Schemas = components["schemas"];
export type Notice = Schemas["Notice"];
export type Severity = Notice["severity"];
export type NoticePreferences = Schemas["Preference"];
export type NoticePreferenceChanges = Schemas["PreferenceChangesRequest"];
export type KindPreference = Schemas["KindPreference"];

export interface NoticeQuery {
  status?: "unread";
  kind?: string;
  severity?: Severity;
}

const of = (id: string) => ({ params: { path: { id } } });

export const readNotices = (query: NoticeQuery, cursor: string | null, signal?: AbortSignal) =>
  answer(
    api.GET("/api/v1/notifications/", {
      params: { query: { ...query, page_size: 30, cursor: cursor ?? undefined } },
      signal,
    }),
  );
export const readNotice = (id: string) => answer(api.GET("/api/v1/notifications/{id}/", of(id)));
export const countUnread = async (signal?: AbortSignal) =>
  (await answer(api.GET("/api/v1/notifications/unread-count/", { signal }))).unread_count;
export const markRead = (id: string) => answer(api.POST("/api/v1/notifications/{id}/read/", of(id)));
export const markAllRead = () => answer(api.POST("/api/v1/notifications/read-all/"));
export const removeNotice = (id: string) => answer(api.DELETE("/api/v1/notifications/{id}/", of(id)));
export const sendTest = () => answer(api.POST("/api/v1/notifications/test/"));
export const readPreferences = (signal?: AbortSignal) =>
  answer(api.GET("/api/v1/notifications/preferences/", { signal }));
export const changePreferences = (body: NoticePreferenceChanges) =>
  answer(api.PUT("/api/v1/notifications/preferences/", { body }));
