import { http, HttpResponse } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { dropTokens, keepTokens } from "@/auth/tokens";
import { onSecondFactorDemanded } from "./http";
import { ApiProblem } from "./problem";
import { readMe, signIn } from "./session";

const server = setupServer();
beforeAll(() => server.listen());
afterEach(() => {
  server.resetHandlers();
  dropTokens();
});
afterAll(() => server.close());

it("hears when the organization demands a second factor, and of no other refusal", async () => {
  const demanded = vi.fn();
  onSecondFactorDemanded(demanded);
  keepTokens({ access: "access", refresh: "refresh", expires_in: 900 });
  let kind = "forbidden";
  server.use(
    http.get("*/api/v1/auth/me/", () =>
      HttpResponse.json({ type: `/problems/${kind}`, title: "No" }, { status: 403 }),
    ),
  );
  await expect(readMe()).rejects.toThrow();
  kind = "mfa-enrollment-required";
  expect(demanded).not.toHaveBeenCalled();
  await expect(readMe()).rejects.toThrow();
  await vi.waitFor(() => expect(demanded).toHaveBeenCalledOnce());
});

it("tells how long to wait after too many tries", async () => {
  server.use(
    http.post("*/api/v1/auth/login/", () =>
      HttpResponse.json(
        { type: "/problems/too-many", title: "Too many" },
        { status: 429, headers: { "Retry-After": "30" } },
      ),
    ),
  );
  const error = await signIn("ana@aurora.example", "x").catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ApiProblem);
  expect((error as ApiProblem).more.retry_after).toBe(30);
});
