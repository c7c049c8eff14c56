import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { readAuditLog, verifyChain, type AuditQuery, type Chain } from "@/api/audit";
import { cursorOf } from "@/api/http";
import { keys } from "@/api/keys";

/** Entries come all the time and nobody tells: each visit reads anew. */
export function useAuditLog(query: AuditQuery) {
  const list = useInfiniteQuery({
    queryKey: keys.auditLog(query),
    queryFn: ({ pageParam, signal }) => readAuditLog(query, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => cursorOf(page.next),
    staleTime: 0,
  });
  const entries = useMemo(() => list.data?.pages.flatMap(({ results }) => results) ?? [], [list.data]);
  return { ...list, entries };
}

/** Walks along the whole chain, stretch by stretch; ends at its end or at the first break. */
export async function verifyAll(): Promise<{ chain: Chain; checked: number }> {
  let checked = 0;
  let after = 0;
  for (;;) {
    const chain = await verifyChain(after);
    checked += chain.checked;
    if (chain.complete || !chain.holds) return { chain, checked };
    after = chain.checked_to;
  }
}
