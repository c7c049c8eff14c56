import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { cursorOf } from "@/api/http";
import { keys } from "@/api/keys";
import { countUnread, readNotices, type Notice, type NoticeQuery } from "@/api/notices";
import { openNotice } from "./noticeCache";

export function useNotices(query: NoticeQuery) {
  const list = useInfiniteQuery({
    queryKey: keys.noticeList(query),
    queryFn: ({ pageParam, signal }) => readNotices(query, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => cursorOf(page.next),
  });
  const notices = useMemo(() => list.data?.pages.flatMap(({ results }) => results) ?? [], [list.data]);
  return { ...list, notices };
}

export function useUnreadNotices(): number {
  const { data } = useQuery({ queryKey: keys.unreadNotices, queryFn: ({ signal }) => countUnread(signal) });
  return data ?? 0;
}

/** Goes where a notice leads. Its link is a path of this app, and comes from the server's own list of types. */
export function useFollow(): (link: string) => void {
  const { history } = useRouter();
  return useCallback((link) => history.push(`/app${link}`), [history]);
}

/** Opening a notice reads it, and leads to what it is about. */
export function useOpenNotice(): (notice: Notice) => void {
  const follow = useFollow();
  return useCallback(
    (notice) => {
      void openNotice(notice);
      if (notice.link !== "") follow(notice.link);
    },
    [follow],
  );
}
