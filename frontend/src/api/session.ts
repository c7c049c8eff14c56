import { call, callPublic } from "./http";
import type { Language, Me, Session } from "./types";

export interface Registration {
  email: string;
  password: string;
  full_name: string;
  organization_name: string;
}

export const signIn = (email: string, password: string) =>
  callPublic<Session>("auth/login/", { email, password });
export const register = (registration: Registration) => callPublic<Session>("auth/register/", registration);
export const signOut = (refresh: string | null) =>
  call<undefined>("POST", "auth/logout/", { body: refresh === null ? {} : { refresh } });
export const switchOrganization = (organizationId: string) =>
  call<Session>("POST", "auth/switch/", { body: { organization_id: organizationId } });
export const readMe = () => call<Me>("GET", "auth/me/");
export const changeMe = (change: { full_name?: string; language?: Language }) =>
  call<Me>("PATCH", "auth/me/", { body: change });
