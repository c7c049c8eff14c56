import { renderHook } from "@testing-library/react";
import { beforeEach, expect, it, vi } from "vitest";
import * as conversations from "@/api/conversations";
import { keys } from "@/api/keys";
import * as session from "@/api/session";
import { queryClient } from "@/app/queryClient";
import { useSession } from "@/auth/session";
import { ready } from "@/i18n";
import { draftOf, keepDraft } from "@/inbox/composer/drafts";
import { useWhereItWent } from "@/inbox/conversations/joined";
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

it("goes on in the conversation that has the messages of both, with what was about to be said", async () => {
  await ready;
  const read = vi.spyOn(conversations, "readConversation").mockRejectedValue(new Error("not now"));
  keepDraft("one", "Já vejo");
  const fact = { type: "event" as const, number: 3, previous: 2, at: "2026-11-24T12:00:00Z" };
  const batch = new EventBatch();
  for (const [conversation_id, into_id] of [
    ["one", "two"],
    ["two", "three"],
  ])
    batch.add({ ...fact, kind: "messaging.ConversationJoined", data: { conversation_id, into_id } });
  expect(renderHook(() => useWhereItWent("one")).result.current).toBe("three");
  expect([draftOf("one"), draftOf("two"), draftOf("three")]).toEqual(["", "", "Já vejo"]);
  await vi.waitFor(() => expect(read).toHaveBeenCalledWith("three"));
  expect(read).toHaveBeenCalledTimes(1);
});
