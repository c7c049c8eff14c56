import { answer, api } from "./http";
import type { components } from "./schema";

type Schemas = components["schemas"];
export type Organization = Schemas["OrganizationProfile"];
export type OrganizationChanges = Schemas["PatchedOrganizationChangesRequest"];
export type OrganizationSettings = Schemas["Settings"];
export type SettingsChanges = Schemas["PatchedSettingsChangesRequest"];
export type Usage = Schemas["Usage"];
export type Used = Schemas["Used"];
export type OrganizationExport = Schemas["Export"];

const NEWEST = 5;
const MOST = { params: { query: { page_size: 100 } } };

export const readMembers = (signal?: AbortSignal) => answer(api.GET("/api/v1/members/", { ...MOST, signal }));
export const readNumbers = (signal?: AbortSignal) => answer(api.GET("/api/v1/numbers/", { ...MOST, signal }));

const ME = "/api/v1/organizations/me/";

export const readOrganization = (signal?: AbortSignal) => answer(api.GET(ME, { signal }));
export const changeOrganization = (body: OrganizationChanges) => answer(api.PATCH(ME, { body }));
export const uploadLogo = (file: File) =>
  answer(
    api.POST(`${ME}logo/`, {
      body: { file: "" },
      bodySerializer: () => {
        const form = new FormData();
        form.append("file", file, file.name);
        return form;
      },
    }),
  );
export const removeLogo = () => answer(api.DELETE(`${ME}logo/`));
export const readSettings = (signal?: AbortSignal) => answer(api.GET(`${ME}settings/`, { signal }));
export const changeSettings = (body: SettingsChanges) => answer(api.PATCH(`${ME}settings/`, { body }));
export const readUsage = (signal?: AbortSignal) => answer(api.GET(`${ME}usage/`, { signal }));
export const transferOwnership = (user_id: string, password: string) =>
  answer(api.POST(`${ME}transfer-ownership/`, { body: { user_id, password } }));
export const askForDeletion = (name: string, password: string) =>
  answer(api.POST(`${ME}delete/`, { body: { name, password } }));
export const keepOrganization = () => answer(api.POST(`${ME}keep/`));

export const readExports = async (signal?: AbortSignal) =>
  (
    await answer(
      api.GET("/api/v1/organization-exports/", { params: { query: { page_size: NEWEST } }, signal }),
    )
  ).results;
export const startExport = () => answer(api.POST("/api/v1/organization-exports/"));
export const readExportFile = (id: string) =>
  answer<Blob>(
    api.GET("/api/v1/organization-exports/{id}/download/", { params: { path: { id } }, parseAs: "blob" }),
  );
