import { answer, api, publicApi } from "./http";
import type { components } from "./schema";
import type { Member } from "./types";

export type Registration = components["schemas"]["RegistrationRequest"];
type ProfileChange = components["schemas"]["PatchedProfileRequest"];

export const signIn = (email: string, password: string) =>
  answer(publicApi.POST("/api/v1/auth/login/", { body: { email, password } }));
export const register = (registration: Registration) =>
  answer(publicApi.POST("/api/v1/auth/register/", { body: registration }));
export const signOut = () => answer(api.POST("/api/v1/auth/logout/"));
export const switchOrganization = (organizationId: string) =>
  answer(api.POST("/api/v1/auth/switch/", { body: { organization_id: organizationId } }));
export const readMe = () => answer(api.GET("/api/v1/auth/me/"));
export const changeMe = (change: ProfileChange) => answer(api.PATCH("/api/v1/auth/me/", { body: change }));
export const chooseStatus = (status: Member["status"]) =>
  answer(api.PUT("/api/v1/users/me/status/", { body: { status } }));
export const exchangeImpersonation = (code: string) =>
  answer(publicApi.POST("/api/v1/auth/impersonation/exchange/", { body: { code } }));
