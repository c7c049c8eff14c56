import { answer, api } from "./http";
import type { components } from "./schema";

type Schemas = components["schemas"];
export type AuditEntry = Schemas["AuditEntry"];
export type Chain = Schemas["Chain"];
export type AuditFormat = "csv" | "jsonl";

export interface AuditQuery {
  action?: string;
  actor_id?: string;
  target_kind?: string;
  target_id?: string;
  from?: string;
  to?: string;
}

export const readAuditLog = (query: AuditQuery, cursor: string | null, signal?: AbortSignal) =>
  answer(
    api.GET("/api/v1/audit-log/", {
      params: { query: { ...query, page_size: 50, cursor: cursor ?? undefined } },
      signal,
    }),
  );
export const verifyChain = (after: number) =>
  answer(api.GET("/api/v1/audit-log/verify/", { params: { query: { after } } }));
export const exportAuditLog = (query: AuditQuery, file_format: AuditFormat) =>
  answer<Blob | undefined>(
    api.GET("/api/v1/audit-log/export/", { params: { query: { ...query, file_format } }, parseAs: "blob" }),
  );
