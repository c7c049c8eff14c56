import type { InfiniteData } from "@tanstack/react-query";
import { keys } from "@/api/keys";
import type { Notice, NoticeQuery } from "@/api/notices";
import * as api from "@/api/notices";
import { ApiProblem } from "@/api/problem";
import type { Page } from "@/api/types";
import { queryClient } from "@/app/queryClient";

export type NoticePages = InfiniteData<Page<Notice>, string | null>;

function belongs(notice: Notice, query: NoticeQuery): boolean {
  return (
    (query.status === undefined || notice.read_at === null) &&
    (query.kind === undefined || query.kind === notice.kind) &&
    (query.severity === undefined || query.severity === notice.severity)
  );
}

/** Changes every list that is loaded; each is told what it is a list of. */
function changeLists(change: (results: Notice[], query: NoticeQuery, first: boolean) => Notice[]): void {
  for (const [key, data] of queryClient.getQueriesData<NoticePages>({ queryKey: keys.noticeLists })) {
    if (data === undefined) continue;
    const query = key[2] as NoticeQuery;
    const pages = data.pages.map((page, index) => ({
      ...page,
      results: change(page.results, query, index === 0),
    }));
    queryClient.setQueryData<NoticePages>(key, { ...data, pages });
  }
}

function setUnread(change: (before: number) => number): void {
  queryClient.setQueryData<number>(keys.unreadNotices, (before) =>
    before === undefined ? undefined : Math.max(0, change(before)),
  );
}

export function countAgain(): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: keys.unreadNotices });
}

/** The bell shows at once that something has come; the server's count follows. */
export function countOneMore(): void {
  setUnread((before) => before + 1);
}

/** Reads a notice that has just come, and puts it where it belongs; one that is for the socket alone has no place. */
export async function takeNew(id: string): Promise<void> {
  try {
    const notice = await api.readNotice(id);
    changeLists((results, query, first) =>
      first && belongs(notice, query) && !results.some((each) => each.id === id)
        ? [notice, ...results]
        : results,
    );
  } catch (error) {
    if (!(error instanceof ApiProblem && error.status === 404)) throw error;
  }
}

/** Null: all of them. What is read stays in a list of the unread until that is read again. */
export function showAsRead(id: string | null): void {
  const now = new Date().toISOString();
  const reads = (each: Notice) => each.read_at === null && (id === null || each.id === id);
  changeLists((results) => results.map((each) => (reads(each) ? { ...each, read_at: now } : each)));
  if (id === null) setUnread(() => 0);
}

export function takeAway(id: string): void {
  changeLists((results) => results.filter((each) => each.id !== id));
}

export async function readAgain(): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: keys.notices });
}

/** Marks it here at once; the server's word follows. */
export async function openNotice(notice: Notice): Promise<void> {
  if (notice.read_at !== null) return;
  showAsRead(notice.id);
  setUnread((before) => before - 1);
  try {
    await api.markRead(notice.id);
  } catch {
    await readAgain();
  }
}

export async function openAll(): Promise<void> {
  await api.markAllRead();
  showAsRead(null);
}

export async function removeNotice(notice: Notice): Promise<void> {
  await api.removeNotice(notice.id);
  takeAway(notice.id);
  await countAgain();
}
