import { answer, api } from "./http";
import type { components } from "./schema";

type Schemas = components["schemas"];
export type ApiKey = Schemas["ApiKey"];
export type MadeApiKey = Schemas["MadeApiKey"];
export type NewApiKey = Schemas["NewApiKeyRequest"];

const of = (id: string) => ({ params: { path: { id } } });

export const readApiKeys = async (signal?: AbortSignal) =>
  (await answer(api.GET("/api/v1/api-keys/", { params: { query: { page_size: 200 } }, signal }))).results;
export const createApiKey = (body: NewApiKey) => answer(api.POST("/api/v1/api-keys/", { body }));
export const renameApiKey = (id: string, name: string) =>
  answer(api.PATCH("/api/v1/api-keys/{id}/", { ...of(id), body: { name } }));
export const revokeApiKey = (id: string) => answer(api.DELETE("/api/v1/api-keys/{id}/", of(id)));
