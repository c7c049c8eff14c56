import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { readConversations, readCounts } from "@/api/conversations";
import { cursorOf } from "@/api/http";
import { keys } from "@/api/keys";
import type { Conversation, ConversationCounts } from "@/api/types";
import { usePermission } from "@/auth/session";
import { queryOf, type InboxFilters } from "./filters";

const NONE: Conversation[] = [];

export function useConversationList(filters: InboxFilters) {
  const query = queryOf(filters);
  const list = useInfiniteQuery({
    queryKey: keys.list(query),
    queryFn: ({ pageParam, signal }) => readConversations(query, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => cursorOf(page.next),
  });
  const conversations = useMemo(() => {
    // A conversation that moved up between two pages must not be shown twice.
    const byId = new Map<string, Conversation>();
    for (const page of list.data?.pages ?? []) {
      for (const item of page.results) if (!byId.has(item.id)) byId.set(item.id, item);
    }
    return byId.size === 0 ? NONE : [...byId.values()];
  }, [list.data]);
  return { ...list, conversations };
}

export function useCounts(): ConversationCounts | undefined {
  const enabled = usePermission("conversations.view");
  const { data } = useQuery({ queryKey: keys.counts, queryFn: ({ signal }) => readCounts(signal), enabled });
  return enabled ? data : undefined;
}
