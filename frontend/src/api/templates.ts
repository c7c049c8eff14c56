import { answer, api } from "./http";
import type { components, operations } from "./schema";

export type Template = components["schemas"]["Template"];
export type TemplateParameter = components["schemas"]["Parameter"];
export type TemplateQuery = NonNullable<operations["templates_list"]["parameters"]["query"]>;

export const readTemplates = (query: TemplateQuery, signal?: AbortSignal) =>
  answer(api.GET("/api/v1/templates/", { params: { query }, signal }));
