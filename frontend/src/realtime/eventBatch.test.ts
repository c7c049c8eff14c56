import { beforeEach, expect, it, vi } from "vitest";
import { keys } from "@/api/keys";
import * as session from "@/api/session";
import { queryClient } from "@/app/queryClient";
import { useSession } from "@/auth/session";
import { ready } from "@/i18n";
import { ME } from "../../tests/samples";
import { EventBatch } from "./eventBatch";

beforeEach(() => {
  vi.restoreAllMocks();
  useSession.setState({ me: ME });
});

it("reads again what the person may do as soon as it is something else", async () => {
  await ready;
  const read = vi.spyOn(session, "readMe").mockResolvedValue({ ...ME, permissions: ["audit.view"] });
  const fact = { type: "event" as const, number: 2, previous: 1, at: "2026-11-24T12:00:00Z" };
  queryClient.setQueryData(keys.lists, "conversations that were on the screen before");
  new EventBatch().add({ ...fact, kind: "accounts.PermissionsChanged", data: { user_id: ME.id } });
  await vi.waitFor(() => expect(useSession.getState().me?.permissions).toEqual(["audit.view"]));
  expect(read).toHaveBeenCalledTimes(1);
  await vi.waitFor(() => expect(queryClient.getQueryData(keys.lists)).toBeUndefined());
});
