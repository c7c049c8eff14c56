import type { Tokens } from "@/api/types";
import { problemFrom, unreachable } from "@/api/problem";

/**
 * The access token lives in this tab's memory only; the refresh token in localStorage, shared by all tabs.
 * A refresh token works once, so the tabs take turns: each reads the newest one when it holds the lock.
 */
const REFRESH_KEY = "pytake.refresh";
const LOCK = "pytake.refresh";
const RENEW_AT = 0.8;

type Listener = (access: string | null) => void;

let access: string | null = null;
let renewAt = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
let running: Promise<string | null> | null = null;
const listeners = new Set<Listener>();

export function accessToken(): string | null {
  return access;
}

export function refreshToken(): string | null {
  return localStorage.getItem(REFRESH_KEY);
}

/** Called with each new access token, and with null when the session ends. */
export function onAccessToken(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell() {
  for (const listener of listeners) listener(access);
}

export function keepTokens(tokens: Tokens): void {
  localStorage.setItem(REFRESH_KEY, tokens.refresh);
  access = tokens.access;
  renewAt = Date.now() + tokens.expires_in * 1000 * RENEW_AT;
  clearTimeout(timer);
  timer = setTimeout(() => void renewQuietly(), tokens.expires_in * 1000 * RENEW_AT);
  tell();
}

/** Forgets the session in this tab; the stored refresh token only if it is still the one that was refused. */
export function dropTokens(refused?: string): void {
  clearTimeout(timer);
  access = null;
  if (refused === undefined || refreshToken() === refused) localStorage.removeItem(REFRESH_KEY);
  tell();
}

function sessionOf(token: string): unknown {
  const [, payload = ""] = token.split(".");
  try {
    return (JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/"))) as { sid?: unknown }).sid;
  } catch {
    return undefined;
  }
}

/**
 * The server said that the session of this tab's access token is over: that is believed without asking, unless
 * another tab has meanwhile begun a session of its own, which this one then joins.
 */
export async function sessionOver(): Promise<string | null> {
  const refresh = refreshToken();
  if (access !== null && refresh !== null && sessionOf(refresh) !== sessionOf(access)) return renew();
  dropTokens(refresh ?? undefined);
  return null;
}

async function exchange(): Promise<string | null> {
  const refresh = refreshToken();
  if (refresh === null) {
    dropTokens();
    return null;
  }
  let response: Response;
  try {
    response = await fetch("/api/v1/auth/refresh/", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ refresh }),
    });
  } catch {
    throw unreachable();
  }
  if (response.ok) {
    keepTokens((await response.json()) as Tokens);
    return access;
  }
  // Only a refusal of the token itself ends the session: a busy or broken server must not sign anyone out.
  if (![400, 401, 403].includes(response.status)) throw problemFrom(response.status, null);
  if (refreshToken() !== refresh) return exchange();
  dropTokens(refresh);
  return null;
}

async function withLock(work: () => Promise<string | null>): Promise<string | null> {
  // Web locks exist on https and localhost only; elsewhere the tabs go without turns.
  const locks = (navigator as { locks?: LockManager }).locks;
  if (locks === undefined) return work();
  return await locks.request(LOCK, work);
}

/** A fresh access token, one exchange at a time; null when the session is over. */
export function renew(): Promise<string | null> {
  running ??= withLock(exchange).finally(() => {
    running = null;
  });
  return running;
}

async function renewQuietly(): Promise<void> {
  try {
    await renew();
  } catch {
    timer = setTimeout(() => void renewQuietly(), 5_000);
  }
}

/** Timers sleep with the computer: renew at once when the tab wakes up late. */
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible" && access !== null && Date.now() > renewAt) void renewQuietly();
});

/** Another tab signed out: end here too. */
window.addEventListener("storage", (event) => {
  if (event.key === REFRESH_KEY && event.newValue === null) dropTokens();
});
