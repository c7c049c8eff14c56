import { answer, api, publicApi } from "./http";
import type { components } from "./schema";

type Schemas = components["schemas"];
export type Factors = Schemas["Overview"];
export type Device = Schemas["Device"];
export type Identity = Schemas["Identity"];
export type BegunTotp = Schemas["BegunTotp"];
export type OpenSession = Schemas["OpenSession"];
type Json = Record<string, unknown>;

/** One of the three ways to show a second factor. */
export type Shown = { code: string } | { recovery_code: string } | { webauthn: Json };

export const showSecondFactor = (challenge: string, shown: Shown) =>
  answer(publicApi.POST("/api/v1/auth/mfa/verify/", { body: { challenge, ...shown } }));
export const askForDevice = (challenge: string) =>
  answer(publicApi.POST("/api/v1/auth/mfa/webauthn/options/", { body: { challenge } }));
export const askForPasskey = () => answer(publicApi.POST("/api/v1/auth/passkey/options/"));
export const signInByPasskey = (challenge: string, credential: Json) =>
  answer(publicApi.POST("/api/v1/auth/passkey/login/", { body: { challenge, credential } }));

export const beginSso = (organization: string, return_to: string) =>
  answer(publicApi.POST("/api/v1/auth/sso/start/", { body: { organization, return_to } }));
export const exchangeSso = (body: Schemas["SsoExchangeRequest"]) =>
  answer(publicApi.POST("/api/v1/auth/sso/exchange/", { body }));
export const linkSso = (body: Schemas["SsoExchangeRequest"]) =>
  answer(api.POST("/api/v1/auth/sso/link/", { body }));

export const askForReset = (email: string) =>
  answer(publicApi.POST("/api/v1/auth/password-reset/", { body: { email } }));
export const resetPassword = (token: string, password: string) =>
  answer(publicApi.POST("/api/v1/auth/password-reset/confirm/", { body: { token, password } }));
export const verifyEmail = (token: string) =>
  answer(publicApi.POST("/api/v1/auth/verify-email/", { body: { token } }));
export const sendVerificationAgain = () => answer(api.POST("/api/v1/auth/verify-email/resend/"));
export const changePassword = (old_password: string, password: string) =>
  answer(api.POST("/api/v1/auth/password-change/", { body: { old_password, password } }));
export const changeEmail = (email: string, password: string) =>
  answer(api.POST("/api/v1/auth/email-change/", { body: { email, password } }));

export const readFactors = (signal?: AbortSignal) => answer(api.GET("/api/v1/auth/mfa/", { signal }));
export const beginTotp = (password: string) =>
  answer(api.POST("/api/v1/auth/mfa/totp/", { body: { password } }));
export const confirmTotp = (code: string) =>
  answer(api.POST("/api/v1/auth/mfa/totp/confirm/", { body: { code } }));
export const beginDevice = (passwordless: boolean, password: string) =>
  answer(api.POST("/api/v1/auth/mfa/webauthn/begin/", { body: { passwordless, password } }));
export const completeDevice = (name: string, credential: Json) =>
  answer(api.POST("/api/v1/auth/mfa/webauthn/complete/", { body: { name, credential } }));
export const renewRecoveryCodes = (password: string) =>
  answer(api.POST("/api/v1/auth/mfa/recovery-codes/", { body: { password } }));

/** The password goes in the body, which the schema has no word for where something is deleted. */
const withPassword = (password: string) => ({
  body: { password } as never,
  headers: { "Content-Type": "application/json" },
});
export const removeTotp = (password: string) =>
  answer(api.DELETE("/api/v1/auth/mfa/totp/", withPassword(password)));
export const removeDevice = (factor_id: number, password: string) =>
  answer(
    api.DELETE("/api/v1/auth/mfa/webauthn/{factor_id}/", {
      params: { path: { factor_id } },
      ...withPassword(password),
    }),
  );

export const renameDevice = (factor_id: number, name: string) =>
  answer(
    api.PATCH("/api/v1/auth/mfa/webauthn/{factor_id}/", { params: { path: { factor_id } }, body: { name } }),
  );

export const readIdentities = (cursor: string | null, signal?: AbortSignal) =>
  answer(
    api.GET("/api/v1/auth/sso/identities/", {
      params: { query: cursor === null ? {} : { cursor } },
      signal,
    }),
  );
export const unlinkIdentity = (id: string) =>
  answer(api.DELETE("/api/v1/auth/sso/identities/{id}/", { params: { path: { id } } }));

export const readSessions = (cursor: string | null, signal?: AbortSignal) =>
  answer(
    api.GET("/api/v1/auth/sessions/", {
      params: { query: cursor === null ? {} : { cursor } },
      signal,
    }),
  );
export const endSession = (id: string) =>
  answer(api.DELETE("/api/v1/auth/sessions/{id}/", { params: { path: { id } } }));
export const endOtherSessions = () => answer(api.POST("/api/v1/auth/sessions/revoke-others/"));
