import { answer, api } from "./http";
import type { components, operations } from "./schema";

type Schemas = components["schemas"];
export type Template = Schemas["Template"];
export type TemplateParameter = Schemas["Parameter"];
export type TemplateVersion = Schemas["Version"];
export type TemplateStats = Schemas["TemplateStats"];
export type NewTemplate = Schemas["NewTemplateRequest"];
export type TemplateChanges = Schemas["PatchedTemplateChangesRequest"];
export type TemplateToCheck = Schemas["CheckRequest"];
export type TemplateCheck = Schemas["Checked"];
export type Finding = Schemas["Finding"];
export type ReadyTemplate = Schemas["Library"];
export type TemplateQuery = NonNullable<operations["templates_list"]["parameters"]["query"]>;

/** A template and the number whose account it belongs to: what is asked of Meta goes through the number. */
export interface Place {
  numberId: string;
  templateId: string;
}

const of = (id: string) => ({ params: { path: { number_id: id } } });
const at = ({ numberId, templateId }: Place) => ({
  params: { path: { number_id: numberId, template_id: templateId } },
});
const ONE = "/api/v1/numbers/{number_id}/templates/{template_id}/";

export const readTemplates = (query: TemplateQuery, signal?: AbortSignal) =>
  answer(api.GET("/api/v1/templates/", { params: { query }, signal }));
export const readTemplate = (id: string, signal?: AbortSignal) =>
  answer(api.GET("/api/v1/templates/{id}/", { params: { path: { id } }, signal }));
export const readTemplateStats = (id: string, days: number, signal?: AbortSignal) =>
  answer(api.GET("/api/v1/templates/{id}/stats/", { params: { path: { id }, query: { days } }, signal }));
export const readVersions = (place: Place, signal?: AbortSignal) =>
  answer(api.GET(`${ONE}versions/`, { ...at(place), signal }));
export const readLibrary = (language: string, signal?: AbortSignal) =>
  answer(api.GET("/api/v1/template-library/", { params: { query: { language } }, signal }));

export const createTemplate = (numberId: string, body: NewTemplate) =>
  answer(api.POST("/api/v1/numbers/{number_id}/templates/", { ...of(numberId), body }));
export const changeTemplate = (place: Place, body: TemplateChanges) =>
  answer(api.PATCH(ONE, { ...at(place), body }));
export const submitTemplate = (place: Place) => answer(api.POST(`${ONE}submit/`, at(place)));
export const unpauseTemplate = (place: Place) => answer(api.POST(`${ONE}unpause/`, at(place)));
export const syncTemplates = (numberId: string) =>
  answer(api.POST("/api/v1/numbers/{number_id}/templates/sync/", of(numberId)));
export const checkTemplate = (numberId: string, body: TemplateToCheck, signal?: AbortSignal) =>
  answer(api.POST("/api/v1/numbers/{number_id}/templates/check/", { ...of(numberId), body, signal }));

export const deleteTemplate = (place: Place, atMeta: boolean, allLanguages: boolean) =>
  answer(
    api.DELETE(ONE, {
      params: { ...at(place).params, query: { delete_from_meta: atMeta, all_languages: allLanguages } },
    }),
  );
