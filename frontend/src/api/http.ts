import createClient from "openapi-fetch";
import { accessToken, renew } from "@/auth/tokens";
import { problemFrom, unreachable } from "./problem";
import type { paths } from "./schema";

let whenDemanded: () => void = () => undefined;

/** Called where the organization lets in only those who have a second factor, and this person has none yet. */
export function onSecondFactorDemanded(listener: () => void): void {
  whenDemanded = listener;
}

async function lookForDemand(response: Response): Promise<void> {
  const problem = (await response.json().catch(() => null)) as { type?: string } | null;
  if (problem?.type?.endsWith("/mfa-enrollment-required")) whenDemanded();
}

async function attempt(request: Request): Promise<Response> {
  try {
    const response = await fetch(request);
    if (response.status === 403) void lookForDemand(response.clone());
    return response;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw unreachable();
  }
}

/** The API says what is wrong in the language of the page, not of the browser. */
function inOurLanguage(request: Request): Request {
  request.headers.set("Accept-Language", document.documentElement.lang);
  return request;
}

function signed(request: Request, token: string | null): Request {
  const copy = request.clone();
  if (token !== null) copy.headers.set("Authorization", `Bearer ${token}`);
  return inOurLanguage(copy);
}

/** `fetch` with the access token. A refused token is renewed silently and the request repeated once. */
async function authorizedFetch(request: Request): Promise<Response> {
  const token = accessToken() ?? (await renew());
  const response = await attempt(signed(request, token));
  if (response.status !== 401) return response;
  const fresh = await renew();
  return fresh === null ? response : attempt(signed(request, fresh));
}

/** The API for whoever is signed in, typed by its own schema. */
export const api = createClient<paths>({ baseUrl: location.origin, fetch: authorizedFetch });

/** The API for guests: signing in and registering. */
export const publicApi = createClient<paths>({
  baseUrl: location.origin,
  fetch: (request) => attempt(inOurLanguage(request)),
});

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** How long to wait before the next try, beside what was said of it. */
function withWait(error: unknown, response: Response): unknown {
  const seconds = Number(response.headers.get("Retry-After"));
  return seconds > 0 && typeof error === "object" ? { ...error, retry_after: seconds } : error;
}

/** What an operation answered; throws `ApiProblem` for any refusal. */
export async function answer<T>(operation: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await operation;
  if (!response.ok) throw problemFrom(response.status, withWait(error, response));
  return data as T;
}

/** Where the next page begins, from the address that a page gives for it. */
export function cursorOf(link: string | null | undefined): string | null {
  return link == null ? null : new URL(link, location.origin).searchParams.get("cursor");
}
