import { answer, api } from "./http";
import type { components } from "./schema";

type Schemas = components["schemas"];
export type Secret = Schemas["Secret"];
export type NewSecret = Schemas["NewSecretRequest"];
export type SecretChanges = Schemas["PatchedSecretChangesRequest"];
export type Validation = Schemas["Validation"];

export interface SecretQuery {
  is_active?: boolean;
  scope?: Secret["scope"];
}

const of = (id: string) => ({ params: { path: { id } } });

export const readSecrets = (query: SecretQuery, cursor: string | null, signal?: AbortSignal) =>
  answer(
    api.GET("/api/v1/secrets/", {
      params: { query: { ...query, page_size: 100, cursor: cursor ?? undefined } },
      signal,
    }),
  );
export const readSecretStats = (signal?: AbortSignal) =>
  answer(api.GET("/api/v1/secrets/stats/", { signal }));
export const createSecret = (body: NewSecret) => answer(api.POST("/api/v1/secrets/", { body }));
export const changeSecret = (id: string, body: SecretChanges) =>
  answer(api.PATCH("/api/v1/secrets/{id}/", { ...of(id), body }));
export const removeSecret = (id: string) => answer(api.DELETE("/api/v1/secrets/{id}/", of(id)));
export const revealSecret = async (id: string) =>
  (await answer(api.POST("/api/v1/secrets/{id}/reveal/", of(id)))).value;
export const rotateSecret = (id: string, new_value: string) =>
  answer(api.POST("/api/v1/secrets/{id}/rotate/", { ...of(id), body: { new_value } }));
export const rotateKey = (id: string) => answer(api.POST("/api/v1/secrets/{id}/rotate-key/", of(id)));
export const validateSecret = (id: string) => answer(api.POST("/api/v1/secrets/{id}/validate/", of(id)));
