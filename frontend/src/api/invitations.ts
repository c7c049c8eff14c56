import { answer, api, publicApi } from "./http";
import type { components } from "./schema";

type Schemas = components["schemas"];
export type Invitation = Schemas["Invitation"];
export type NewInvitation = Schemas["InviteRequest"];

const of = (id: string) => ({ params: { path: { id } } });

export const readInvitations = async (signal?: AbortSignal) =>
  (await answer(api.GET("/api/v1/invitations/", { params: { query: { page_size: 200 } }, signal }))).results;
export const invite = (body: NewInvitation) => answer(api.POST("/api/v1/invitations/", { body }));
export const resendInvitation = (id: string) => answer(api.POST("/api/v1/invitations/{id}/resend/", of(id)));
export const revokeInvitation = (id: string) => answer(api.DELETE("/api/v1/invitations/{id}/", of(id)));
export const readInvitationLink = (id: string, signal?: AbortSignal) =>
  answer(api.GET("/api/v1/invitations/{id}/link/", { ...of(id), signal }));

export const lookAtInvitation = (token: string, signal?: AbortSignal) =>
  answer(publicApi.POST("/api/v1/invitations/look/", { body: { token }, signal }));
export const joinAsNewPerson = (body: Schemas["AcceptRequest"]) =>
  answer(publicApi.POST("/api/v1/invitations/accept/", { body }));
/** Of an account that belongs to no organization any more, and so can't sign in before it has joined one. */
export const joinWithPassword = (token: string, password: string) =>
  answer(publicApi.POST("/api/v1/invitations/accept/", { body: { token, password } }));
export const joinAsMyself = (token: string) =>
  answer(api.POST("/api/v1/invitations/accept/", { body: { token } }));
