import { answer, api } from "./http";
import type { components, operations } from "./schema";

type Schemas = components["schemas"];
export type User = Schemas["User"];
export type UserChanges = Schemas["PatchedUserChangesRequest"];
export type UserAccess = Schemas["Access"];
export type Skill = Schemas["SkillOfUser"];
export type BuiltInRole = Schemas["Role"];
type Asked = NonNullable<operations["users_list"]["parameters"]["query"]>;
export type UserQuery = Pick<Asked, "role" | "is_active" | "search">;

const of = (id: string) => ({ params: { path: { id } } });

export const readUsers = (query: UserQuery, cursor: string | null, signal?: AbortSignal) =>
  answer(
    api.GET("/api/v1/users/", {
      params: { query: { ...query, ...(cursor === null ? {} : { cursor }) } },
      signal,
    }),
  );
export const readUser = (id: string, signal?: AbortSignal) =>
  answer(api.GET("/api/v1/users/{id}/", { ...of(id), signal }));
export const readUserAccess = (id: string, signal?: AbortSignal) =>
  answer(api.GET("/api/v1/users/{id}/access/", { ...of(id), signal }));
export const changeUser = (id: string, body: UserChanges) =>
  answer(api.PATCH("/api/v1/users/{id}/", { ...of(id), body }));
export const replaceSkills = (id: string, skills: Skill[]) =>
  answer(api.PUT("/api/v1/users/{id}/skills/", { ...of(id), body: { skills } }));
export const deactivateUser = (id: string) => answer(api.POST("/api/v1/users/{id}/deactivate/", of(id)));
export const activateUser = (id: string) => answer(api.POST("/api/v1/users/{id}/activate/", of(id)));
export const removeUser = (id: string) => answer(api.DELETE("/api/v1/users/{id}/", of(id)));
export const readSkillsInUse = async (signal?: AbortSignal) =>
  (await answer(api.GET("/api/v1/skills/", { params: { query: { page_size: 200 } }, signal }))).results;
