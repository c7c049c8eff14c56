import createClient from "openapi-fetch";
import { accessToken, renew } from "@/auth/tokens";
import { problemFrom, unreachable } from "./problem";
import type { paths } from "./schema";

async function attempt(request: Request): Promise<Response> {
  try {
    return await fetch(request);
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

/** What an operation answered; throws `ApiProblem` for any refusal. */
export async function answer<T>(operation: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await operation;
  if (!response.ok) throw problemFrom(response.status, error);
  return data as T;
}

/** Where the next page begins, from the address that a page gives for it. */
export function cursorOf(link: string | null | undefined): string | null {
  return link == null ? null : new URL(link, location.origin).searchParams.get("cursor");
}
