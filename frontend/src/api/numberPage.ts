import { answer, api } from "./http";
import type { components } from "./schema";

type Schemas = components["schemas"];
export type NumberHealth = Schemas["NumberHealth"];
export type NumberChanges = Schemas["PatchedNumberChangesRequest"];
export type BusinessProfile = Schemas["Profile"];
export type ProfileChanges = Schemas["PatchedProfileChangesRequest"];
export type Automation = Schemas["Automation"];
export type QrCode = Schemas["QrCode"];
export type BlockedPerson = Schemas["BlockedPerson"];
export type MonthCosts = Schemas["MonthCosts"];
export type Costs = Schemas["Costs"];
export type Region = Schemas["RegionEnum"];
export type SignupOffer = Schemas["SignupOffer"];
export type Signup = Schemas["SignupRequest"];

const of = (id: string) => ({ params: { path: { id } } });
const ofCode = (id: string, code: string) => ({ params: { path: { id, qr_code_id: code } } });

export const readNumber = (id: string, signal?: AbortSignal) =>
  answer(api.GET("/api/v1/numbers/{id}/", { ...of(id), signal }));
export const changeNumber = (id: string, body: NumberChanges) =>
  answer(api.PATCH("/api/v1/numbers/{id}/", { ...of(id), body }));
export const readHealth = (id: string, signal?: AbortSignal) =>
  answer(api.GET("/api/v1/numbers/{id}/health/", { ...of(id), signal }));
export const subscribeNumber = (id: string) => answer(api.POST("/api/v1/numbers/{id}/subscribe/", of(id)));
export const readRate = (id: string, signal?: AbortSignal) =>
  answer(api.GET("/api/v1/numbers/{id}/rate-limit/", { ...of(id), signal }));
export const resetRate = (id: string) => answer(api.POST("/api/v1/numbers/{id}/rate-limit/reset/", of(id)));
export const readCosts = (id: string, month: string | undefined, signal?: AbortSignal) =>
  answer(api.GET("/api/v1/numbers/{id}/costs/", { params: { path: { id }, query: { month } }, signal }));
export const readConversationCost = (id: string, signal?: AbortSignal) =>
  answer(api.GET("/api/v1/conversations/{id}/cost/", { ...of(id), signal }));

export const readProfile = (id: string, signal?: AbortSignal) =>
  answer(api.GET("/api/v1/numbers/{id}/profile/", { ...of(id), signal }));
export const changeProfile = (id: string, body: ProfileChanges) =>
  answer(api.PATCH("/api/v1/numbers/{id}/profile/", { ...of(id), body }));
export const requestName = (id: string, name: string) =>
  answer(api.POST("/api/v1/numbers/{id}/display-name/", { ...of(id), body: { name } }));

export const readAutomation = (id: string, signal?: AbortSignal) =>
  answer(api.GET("/api/v1/numbers/{id}/automation/", { ...of(id), signal }));
export const changeAutomation = (id: string, body: Automation) =>
  answer(api.PUT("/api/v1/numbers/{id}/automation/", { ...of(id), body }));

export const readQrCodes = (id: string, signal?: AbortSignal) =>
  answer(api.GET("/api/v1/numbers/{id}/qr-codes/", { ...of(id), signal }));
export const createQrCode = (id: string, prefilled_message: string) =>
  answer(api.POST("/api/v1/numbers/{id}/qr-codes/", { ...of(id), body: { prefilled_message } }));
export const changeQrCode = (id: string, code: string, prefilled_message: string) =>
  answer(
    api.PATCH("/api/v1/numbers/{id}/qr-codes/{qr_code_id}/", {
      ...ofCode(id, code),
      body: { prefilled_message },
    }),
  );
export const removeQrCode = (id: string, code: string) =>
  answer(api.DELETE("/api/v1/numbers/{id}/qr-codes/{qr_code_id}/", ofCode(id, code)));

export const readBlocked = (id: string, after: string | null, signal?: AbortSignal) =>
  answer(
    api.GET("/api/v1/numbers/{id}/blocked-users/", {
      params: { path: { id }, query: { after: after ?? undefined } },
      signal,
    }),
  );
export const unblock = (id: string, { phone, user_id }: BlockedPerson) =>
  answer(
    api.POST("/api/v1/numbers/{id}/blocked-users/unblock/", {
      ...of(id),
      body: phone === "" ? { user_id } : { phone },
    }),
  );

export const registerNumber = (id: string, body: { pin: string; region?: Region }) =>
  answer(api.POST("/api/v1/numbers/{id}/register/", { ...of(id), body }));
export const deregisterNumber = (id: string) => answer(api.POST("/api/v1/numbers/{id}/deregister/", of(id)));
export const requestCode = (id: string, body: { method: "SMS" | "VOICE"; language?: string }) =>
  answer(api.POST("/api/v1/numbers/{id}/request-code/", { ...of(id), body }));
export const verifyCode = (id: string, code: string) =>
  answer(api.POST("/api/v1/numbers/{id}/verify-code/", { ...of(id), body: { code } }));
export const setPin = (id: string, pin: string) =>
  answer(api.POST("/api/v1/numbers/{id}/two-step-pin/", { ...of(id), body: { pin } }));

export const readSignupOffer = (signal?: AbortSignal) =>
  answer(api.GET("/api/v1/numbers/embedded-signup/offer/", { signal }));
export const signUp = (body: Signup) => answer(api.POST("/api/v1/numbers/embedded-signup/", { body }));
