import { create } from "zustand";
import { ApiProblem } from "@/api/problem";
import { onSecondFactorDemanded } from "@/api/http";
import * as api from "@/api/session";
import type { Language, Me, Session } from "@/api/types";
import { queryClient } from "@/app/queryClient";
import { chooseLanguage } from "@/i18n";
import { showTimesIn } from "@/i18n/format";
import { dropTokens, keepTokens, onAccessToken, refreshToken, renew } from "./tokens";

interface SessionState {
  phase: "starting" | "unreachable" | "out" | "in";
  /** Stays after the session's end, for what is still on the screen until the sign-in page takes its place. */
  me: Me | null;
  /** Whether the user went by their own will; a session that ran out goes on where it was. */
  left: boolean;
  /** The organization lets in only those who have a second factor, and this person has to set one up. */
  enrolling: boolean;
}

/** Which user of which organization is signed in; tabs that find another one there start again. */
const WHO_KEY = "pytake.who";

export const useSession = create<SessionState>(() => ({
  phase: "starting",
  me: null,
  left: false,
  enrolling: false,
}));

const cleanups = new Set<() => void>();

/**
 * What must be forgotten when this user leaves, registered by whoever keeps it. A session that merely ran out
 * forgets nothing: the agent signs in again and finds the unsent text.
 */
export function onLeave(cleanup: () => void): void {
  cleanups.add(cleanup);
}

function who(me: Me): string {
  return `${me.id} ${me.organization.id}`;
}

function forget(): void {
  for (const cleanup of cleanups) cleanup();
}

async function admit(me: Me): Promise<void> {
  localStorage.setItem(WHO_KEY, who(me));
  await show(me);
  useSession.setState({ phase: "in", left: false, enrolling: false });
}

/** Who I am has changed: my name, language or time zone. */
export async function show(me: Me): Promise<void> {
  showTimesIn(me.timezone || me.organization.timezone);
  await chooseLanguage(me.language);
  useSession.setState({ me });
}

/** The second factor is set up: the app opens, and whatever was refused is asked for again. */
export function enrolled(): void {
  queryClient.clear();
  useSession.setState({ enrolling: false });
}

/** Takes up the session that an earlier visit left, if there is one. */
export async function resumeSession(): Promise<void> {
  if (refreshToken() === null) {
    useSession.setState({ phase: "out" });
    return;
  }
  useSession.setState({ phase: "starting" });
  try {
    const access = await renew();
    if (access === null) useSession.setState({ phase: "out" });
    else await admit(await api.readMe());
  } catch (error) {
    const refused = error instanceof ApiProblem && (error.status === 401 || error.status === 403);
    useSession.setState({ phase: refused ? "out" : "unreachable" });
  }
}

export async function enter(session: Session): Promise<void> {
  if (localStorage.getItem(WHO_KEY) !== who(session.user)) forget();
  queryClient.clear();
  keepTokens(session);
  await admit(session.user);
}

export async function leave(): Promise<void> {
  // Said first: the server closes the socket, and with it the session in this tab, before it answers.
  useSession.setState({ left: true });
  await api.signOut().catch(() => undefined);
  forget();
  localStorage.removeItem(WHO_KEY);
  dropTokens();
}

export async function moveToOrganization(organizationId: string): Promise<void> {
  const session = await api.switchOrganization(organizationId);
  forget();
  keepTokens(session);
  localStorage.setItem(WHO_KEY, who(session.user));
  // Nothing on this page belongs to the other organization: begin again.
  location.assign("/app/inbox");
}

export async function speak(language: Language): Promise<void> {
  await chooseLanguage(language);
  const { me } = useSession.getState();
  if (me === null || me.language === language) return;
  useSession.setState({ me: { ...me, language } });
  // The choice holds in this browser even where the server can't be told.
  await api.changeMe({ language }).catch(() => undefined);
}

onSecondFactorDemanded(() => useSession.setState({ enrolling: true }));

onAccessToken((access) => {
  if (access !== null || useSession.getState().phase !== "in") return;
  queryClient.clear();
  useSession.setState({ phase: "out" });
});

window.addEventListener("storage", (event) => {
  const { phase } = useSession.getState();
  if (event.key === WHO_KEY && event.newValue !== null && phase !== "starting") location.reload();
});

/** The signed-in user; only for parts of the app that are shown to one. */
export function useMe(): Me {
  const me = useSession((state) => state.me);
  if (me === null) throw new Error("no session");
  return me;
}

export type Permission =
  | "api_keys.manage"
  | "audit.view"
  | "contacts.edit"
  | "contacts.view"
  | "conversations.answer"
  | "conversations.view"
  | "departments.manage"
  | "members.manage"
  | "members.view"
  | "numbers.manage"
  | "numbers.view"
  | "organization.manage"
  | "organization.own"
  | "privacy.manage"
  | "roles.manage"
  | "secrets.manage"
  | "secrets.reveal"
  | "secrets.view"
  | "security.manage"
  | "templates.manage"
  | "templates.view";

export function usePermission(permission: Permission): boolean {
  return useSession((state) => state.me?.permissions.includes(permission) ?? false);
}
