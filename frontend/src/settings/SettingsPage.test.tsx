import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from "@tanstack/react-router";
import { screen } from "@testing-library/react";
import { beforeAll, beforeEach, expect, it } from "vitest";
import { problemFrom } from "@/api/problem";
import { useSession } from "@/auth/session";
import { ready } from "@/i18n";
import { show } from "../../tests/render";
import { ME } from "../../tests/samples";
import { SettingsPage } from "./SettingsPage";

const READ = { isPending: false, isError: false, error: null };
const REFUSAL = problemFrom(403, { type: "/problems/forbidden", title: "Forbidden" });

async function page(section: "secrets" | "team", query: React.ComponentProps<typeof SettingsPage>["query"]) {
  const rootRoute = createRootRoute({
    component: () => (
      <SettingsPage section={section} action={<button>Do it</button>} {...(query && { query })}>
        <p>What is there</p>
      </SettingsPage>
    ),
  });
  const router = createRouter({ routeTree: rootRoute, history: createMemoryHistory() });
  show(<RouterProvider router={router as never} />);
  await screen.findByTestId(`settings-${section}`);
  return [screen.queryByText("Do it") !== null, screen.queryByText("What is there") !== null];
}

beforeAll(() => ready);
beforeEach(() => useSession.setState({ me: { ...ME, permissions: ["members.view"] } }));

it("shows what there is and what can be done with it", async () => {
  expect(await page("team", READ)).toEqual([true, true]);
});

it("says that it is refused, and offers nothing, to whoever came by the address", async () => {
  expect(await page("secrets", undefined)).toEqual([false, false]);
  expect(screen.getByRole("alert")).toBeVisible();
});

it("offers nothing either where the server refuses", async () => {
  expect(await page("team", { isPending: false, isError: true, error: REFUSAL })).toEqual([false, false]);
  expect(screen.getAllByRole("alert")).toHaveLength(1);
});
