import { answer, api } from "./http";
import type { components } from "./schema";

type Schemas = components["schemas"];
export type Department = Schemas["Department"];
export type DepartmentChanges = Schemas["PatchedDepartmentChangesRequest"];
export type NewDepartment = Schemas["NewDepartmentRequest"];

const of = (id: string) => ({ params: { path: { id } } });

export const readDepartments = async (signal?: AbortSignal) =>
  (await answer(api.GET("/api/v1/departments/", { params: { query: { page_size: 200 } }, signal }))).results;
export const createDepartment = (body: NewDepartment) => answer(api.POST("/api/v1/departments/", { body }));
export const changeDepartment = (id: string, body: DepartmentChanges) =>
  answer(api.PATCH("/api/v1/departments/{id}/", { ...of(id), body }));
export const removeDepartment = (id: string) => answer(api.DELETE("/api/v1/departments/{id}/", of(id)));
export const joinDepartment = (id: string, user_id: string) =>
  answer(api.POST("/api/v1/departments/{id}/agents/{user_id}/", { params: { path: { id, user_id } } }));
export const leaveDepartment = (id: string, user_id: string) =>
  answer(api.DELETE("/api/v1/departments/{id}/agents/{user_id}/", { params: { path: { id, user_id } } }));
