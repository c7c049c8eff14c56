import { http, HttpResponse } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readMe } from "@/api/session";
import { accessToken, dropTokens, keepTokens, refreshToken, renew, sessionOver } from "./tokens";

const REFRESH = "*/api/v1/auth/refresh/";
const server = setupServer();
let exchanges: string[] = [];

/** Answers each refresh token once, as the server does. */
function rotating() {
  return http.post(REFRESH, async ({ request }) => {
    const { refresh } = (await request.json()) as { refresh: string };
    if (exchanges.includes(refresh)) return HttpResponse.json({ title: "used" }, { status: 401 });
    exchanges.push(refresh);
    const number = exchanges.length;
    return HttpResponse.json({ access: `access-${number}`, refresh: `refresh-${number}`, expires_in: 900 });
  });
}

beforeAll(() => server.listen());
beforeEach(() => {
  exchanges = [];
  keepTokens({ access: "access-0", refresh: "refresh-0", expires_in: 900 });
});
afterEach(() => {
  server.resetHandlers();
  dropTokens();
});
afterAll(() => server.close());

describe("tokens", () => {
  it("keep only the refresh token in the browser's storage", () => {
    expect(refreshToken()).toBe("refresh-0");
    expect(Object.values<string>(localStorage)).toEqual(["refresh-0"]);
  });

  it("are exchanged once, however many ask", async () => {
    server.use(rotating());
    await expect(Promise.all([renew(), renew(), renew()])).resolves.toEqual([
      "access-1",
      "access-1",
      "access-1",
    ]);
    expect(exchanges).toEqual(["refresh-0"]);
  });

  it("end the session when they are refused", async () => {
    server.use(http.post(REFRESH, () => HttpResponse.json({ title: "no" }, { status: 401 })));
    await expect(renew()).resolves.toBeNull();
    expect(accessToken()).toBeNull();
    expect(refreshToken()).toBeNull();
  });

  it("survive a server that is down", async () => {
    server.use(http.post(REFRESH, () => new HttpResponse("bad gateway", { status: 502 })));
    await expect(renew()).rejects.toThrow();
    expect(refreshToken()).toBe("refresh-0");
    expect(accessToken()).toBe("access-0");
  });

  it("take the newer one that another tab left", async () => {
    exchanges = ["refresh-0"];
    localStorage.setItem("pytake.refresh", "refresh-of-the-other-tab");
    server.use(rotating());
    await expect(renew()).resolves.toBe("access-2");
  });

  it("are renewed silently for a request that was refused, which is then repeated once", async () => {
    const asked: (string | null)[] = [];
    server.use(
      rotating(),
      http.get("*/api/v1/auth/me/", ({ request }) => {
        asked.push(request.headers.get("Authorization"));
        return asked.length === 1
          ? HttpResponse.json({ title: "expired" }, { status: 401 })
          : HttpResponse.json({ id: "me" });
      }),
    );
    await expect(readMe()).resolves.toEqual({ id: "me" });
    expect(asked).toEqual(["Bearer access-0", "Bearer access-1"]);
  });

  const tokenOf = (sid: string) => `e30.${btoa(JSON.stringify({ sid }))}.signature`;

  it("go without a question when the server says that their session is over", async () => {
    server.use(rotating());
    keepTokens({ access: tokenOf("one"), refresh: tokenOf("one"), expires_in: 900 });
    await expect(sessionOver()).resolves.toBeNull();
    expect(accessToken()).toBeNull();
    expect(refreshToken()).toBeNull();
    expect(exchanges).toEqual([]);
  });

  it("move to the session that another tab began, when their own is over", async () => {
    server.use(rotating());
    keepTokens({ access: tokenOf("one"), refresh: tokenOf("one"), expires_in: 900 });
    localStorage.setItem("pytake.refresh", tokenOf("two"));
    await expect(sessionOver()).resolves.toBe("access-1");
    expect(exchanges).toEqual([tokenOf("two")]);
  });
});
