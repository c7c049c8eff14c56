import { describe, expect, it } from "vitest";
import type { Conversation } from "@/api/types";
import { conversation, ME } from "../../../tests/samples";
import { placeIn, type ConversationPages } from "./cache";
import { queryOf, readFilters, type InboxFilters } from "./filters";

const at = (minute: number) => `2026-11-24T15:${String(minute).padStart(2, "0")}:00Z`;
const list = (items: Conversation[], next: string | null = null): ConversationPages => ({
  pages: [{ next, results: items }],
  pageParams: [null],
});
const place = (data: ConversationPages, changed: Conversation, filters: InboxFilters = {}) =>
  placeIn(data, queryOf(filters), changed, ME.id).pages.flatMap((page) => page.results.map(({ id }) => id));

describe("a conversation that changed, in a list", () => {
  const old = conversation({ last_message_at: at(10) });
  const older = conversation({ last_message_at: at(5) });

  it("moves up when somebody wrote", () => {
    expect(place(list([old, older]), { ...older, last_message_at: at(20) })).toEqual([older.id, old.id]);
  });

  it("stays in its place when only its ticks changed", () => {
    expect(place(list([old, older]), { ...older, unread_count: 0 })).toEqual([old.id, older.id]);
  });

  it("appears when it is new", () => {
    const fresh = conversation({ last_message_at: at(30) });
    expect(place(list([old]), fresh)).toEqual([fresh.id, old.id]);
  });

  it("waits for its page when it belongs below what is loaded", () => {
    const ancient = conversation({ last_message_at: at(1) });
    expect(place(list([old, older], "more"), ancient)).toEqual([old.id, older.id]);
    expect(place(list([old, older]), ancient)).toEqual([old.id, older.id, ancient.id]);
  });

  it.each<[string, InboxFilters, Partial<Conversation>]>([
    ["closed", {}, { status: "resolved" }],
    ["taken by a colleague", { view: "unassigned" }, { assignee: { id: "ana", full_name: "Ana" } }],
    ["no longer mine", { view: "mine" }, { assignee: null }],
    ["read", { unread: true }, { unread_count: 0 }],
    ["another number's", { number: "other" }, {}],
  ])("leaves the list when it is %s", (_why, filters, change) => {
    expect(place(list([old]), { ...old, ...change }, filters)).toEqual([]);
  });

  it("only changes in place where the server searched", () => {
    const stranger = conversation();
    expect(place(list([old]), stranger, { q: "pão" })).toEqual([old.id]);
    expect(place(list([old]), { ...old, status: "closed" }, { q: "pão" })).toEqual([old.id]);
  });
});

describe("filters in the address", () => {
  it("are read with care", () => {
    expect(readFilters({ view: "mine", unread: true, closed: "yes", q: 123, number: "n" })).toEqual({
      view: "mine",
      unread: true,
      closed: undefined,
      q: "123",
      number: "n",
    });
    expect(readFilters({ view: "everything" }).view).toBeUndefined();
  });
});
