import { answer, api } from "./http";
import type { components } from "./schema";

type Schemas = components["schemas"];
export type PrivacyJob = Schemas["PrivacyJob"];
export type NewPrivacyJob = Schemas["NewPrivacyJobRequest"];
export type Retention = Schemas["Retention"];

/** What an erasure that is done says of every store. */
export interface Certificate {
  subject: { kind: string; id: string };
  whole_person: boolean;
  requested_at: string;
  finished_at: string;
  stores: { name: string; where: string; found: number; removed: number; left: number; note: string }[];
  nothing_erased_in: { name: string; note: string }[];
  sha256: string;
}

const PAGE = 20;

export const readPrivacyJobs = (cursor: string | undefined, signal?: AbortSignal) =>
  answer(api.GET("/api/v1/privacy-jobs/", { params: { query: { page_size: PAGE, cursor } }, signal }));
export const startPrivacyJob = (body: NewPrivacyJob) => answer(api.POST("/api/v1/privacy-jobs/", { body }));
export const readPrivacyFile = (id: string) =>
  answer<Blob>(api.GET("/api/v1/privacy-jobs/{id}/download/", { params: { path: { id } }, parseAs: "blob" }));
export const readRetention = (signal?: AbortSignal) =>
  answer(api.GET("/api/v1/organizations/me/retention/", { signal }));
export const changeRetention = (body: Retention) =>
  answer(api.PATCH("/api/v1/organizations/me/retention/", { body }));
