import { answer, api } from "./http";
import type { components } from "./schema";

type Schemas = components["schemas"];
export type Role = Schemas["RoleDetails"];
export type NewRole = Schemas["NewRoleRequest"];
export type RoleChanges = Schemas["PatchedRoleChangesRequest"];
export type PermissionGroup = Schemas["PermissionGroup"];

const of = (id: string) => ({ params: { path: { id } } });

export const readRoles = async (signal?: AbortSignal) =>
  (await answer(api.GET("/api/v1/roles/", { params: { query: { page_size: 200 } }, signal }))).results;
export const readPermissions = (signal?: AbortSignal) => answer(api.GET("/api/v1/permissions/", { signal }));
export const createRole = (body: NewRole) => answer(api.POST("/api/v1/roles/", { body }));
export const changeRole = (id: string, body: RoleChanges) =>
  answer(api.PATCH("/api/v1/roles/{id}/", { ...of(id), body }));
export const removeRole = (id: string) => answer(api.DELETE("/api/v1/roles/{id}/", of(id)));
