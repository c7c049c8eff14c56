import { beforeEach, describe, expect, it, vi } from "vitest";
import { keys } from "@/api/keys";
import * as api from "@/api/notices";
import type { Notice, NoticeQuery } from "@/api/notices";
import { problemFrom } from "@/api/problem";
import { queryClient } from "@/app/queryClient";
import { openNotice, showAsRead, takeAway, takeNew, type NoticePages } from "./noticeCache";

vi.mock("@/api/notices");

function notice(id: string, changes: Partial<Notice> = {}): Notice {
  return {
    id,
    kind: "conversation_assigned",
    severity: "info",
    title: "Nova conversa para você",
    body: "",
    link: "",
    values: {},
    channels: ["in_app"],
    created_at: "2026-11-24T12:00:00Z",
    read_at: null,
    ...changes,
  };
}

function load(query: NoticeQuery, ...results: Notice[]): void {
  const data: NoticePages = { pages: [{ next: null, results }], pageParams: [null] };
  queryClient.setQueryData(keys.noticeList(query), data);
}

const shown = (query: NoticeQuery) =>
  queryClient.getQueryData<NoticePages>(keys.noticeList(query))?.pages.flatMap(({ results }) => results) ??
  [];
const ids = (query: NoticeQuery) => shown(query).map(({ id }) => id);
const unread = () => queryClient.getQueryData<number>(keys.unreadNotices);

beforeEach(() => {
  queryClient.clear();
  vi.resetAllMocks();
});

describe("a notice that has come", () => {
  it("stands on top of the lists where it belongs, once", async () => {
    load({}, notice("1"));
    load({ severity: "critical" });
    load({ kind: "conversation_assigned", status: "unread" });
    vi.mocked(api.readNotice).mockResolvedValue(notice("2"));
    await takeNew("2");
    await takeNew("2");
    expect(ids({})).toEqual(["2", "1"]);
    expect(ids({ severity: "critical" })).toEqual([]);
    expect(ids({ kind: "conversation_assigned", status: "unread" })).toEqual(["2"]);
  });

  it("has no place where the person wants no list", async () => {
    load({}, notice("1"));
    vi.mocked(api.readNotice).mockRejectedValue(problemFrom(404, null));
    await takeNew("2");
    expect(ids({})).toEqual(["1"]);
  });
});

describe("a notice that is opened", () => {
  it("is read at once, and counted no more", async () => {
    load({}, notice("1"), notice("2"));
    queryClient.setQueryData(keys.unreadNotices, 2);
    await openNotice(notice("1"));
    expect(shown({}).map(({ read_at }) => read_at !== null)).toEqual([true, false]);
    expect(unread()).toBe(1);
    expect(api.markRead).toHaveBeenCalledWith("1");
  });

  it("isn't told to the server twice", async () => {
    await openNotice(notice("1", { read_at: "2026-11-24T12:01:00Z" }));
    expect(api.markRead).not.toHaveBeenCalled();
  });
});

it("another tab's reading of all, and its deleting, show here", () => {
  load({}, notice("1"), notice("2"));
  queryClient.setQueryData(keys.unreadNotices, 2);
  showAsRead(null);
  expect(shown({}).every(({ read_at }) => read_at !== null)).toBe(true);
  expect(unread()).toBe(0);
  takeAway("1");
  expect(ids({})).toEqual(["2"]);
});
