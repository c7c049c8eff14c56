import { answer, api } from "./http";
import type { components } from "./schema";

type Schemas = components["schemas"];
export type IdentityProvider = Schemas["Provider"];
export type NewProvider = Schemas["NewProviderRequest"];
export type ProviderChanges = Schemas["PatchedProviderChangesRequest"];

const of = (id: string) => ({ params: { path: { id } } });

export const readSecurity = (signal?: AbortSignal) =>
  answer(api.GET("/api/v1/organizations/me/security/", { signal }));
export const demandSecondFactor = (require_second_factor: boolean) =>
  answer(api.PATCH("/api/v1/organizations/me/security/", { body: { require_second_factor } }));

export const readProviders = async (signal?: AbortSignal) =>
  (await answer(api.GET("/api/v1/identity-providers/", { params: { query: { page_size: 100 } }, signal })))
    .results;
export const createProvider = (body: NewProvider) =>
  answer(api.POST("/api/v1/identity-providers/", { body }));
export const changeProvider = (id: string, body: ProviderChanges) =>
  answer(api.PATCH("/api/v1/identity-providers/{id}/", { ...of(id), body }));
export const removeProvider = (id: string) => answer(api.DELETE("/api/v1/identity-providers/{id}/", of(id)));
