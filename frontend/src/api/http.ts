import { accessToken, renew } from "@/auth/tokens";
import { problemFrom, unreachable } from "./problem";

async function attempt(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw unreachable();
  }
}

function signed(request: Request, token: string | null): Request {
  const copy = request.clone();
  if (token !== null) copy.headers.set("Authorization", `Bearer ${token}`);
  return copy;
}

/** `fetch` with the access token. A refused token is renewed silently and the request repeated once. */
export async function authorizedFetch(request: Request): Promise<Response> {
  const token = accessToken() ?? (await renew());
  const response = await attempt(signed(request, token));
  if (response.status !== 401) return response;
  const fresh = await renew();
  return fresh === null ? response : attempt(signed(request, fresh));
}

async function bodyOf(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined;
  const text = await response.text();
  if (text === "") return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

export type Query = Record<string, string | number | boolean | null | undefined>;

interface Options {
  query?: Query | undefined;
  body?: unknown;
  signal?: AbortSignal | undefined;
  idempotencyKey?: string;
}

function address(path: string, query: Query = {}): string {
  const url = new URL(`/api/v1/${path}`, location.origin);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") url.searchParams.set(name, String(value));
  }
  return url.toString();
}

function requestOf(method: string, url: string, { body, signal, idempotencyKey }: Options): Request {
  const headers = new Headers({ Accept: "application/json" });
  if (body !== undefined) headers.set("Content-Type", "application/json");
  if (idempotencyKey !== undefined) headers.set("Idempotency-Key", idempotencyKey);
  return new Request(url, {
    method,
    headers,
    body: body === undefined ? null : JSON.stringify(body),
    signal: signal ?? null,
  });
}

async function answer<T>(response: Response): Promise<T> {
  const body = await bodyOf(response);
  if (!response.ok) throw problemFrom(response.status, body);
  return body as T;
}

/** Calls an operation below /api/v1/ and returns its answer; throws `ApiProblem` on any refusal. */
export async function call<T>(method: string, path: string, options: Options = {}): Promise<T> {
  return answer<T>(await authorizedFetch(requestOf(method, address(path, options.query), options)));
}

/** Follows a page's own `next` or `previous` address, whatever host it names. */
export async function follow<T>(link: string, signal?: AbortSignal): Promise<T> {
  const { pathname, search } = new URL(link, location.origin);
  const url = new URL(pathname + search, location.origin).toString();
  return answer<T>(await authorizedFetch(requestOf("GET", url, { signal })));
}

/** Calls an operation that needs no session: signing in and registering. */
export async function callPublic<T>(path: string, body: unknown): Promise<T> {
  return answer<T>(await attempt(requestOf("POST", address(path), { body })));
}
