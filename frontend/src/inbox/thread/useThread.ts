import { useQuery } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { keys } from "@/api/keys";
import type { Message } from "@/api/types";
import { queryClient } from "@/app/queryClient";
import { extendNewer, extendOlder, mergeNewest, readStretch, type ThreadData } from "./threadData";

const NONE: Message[] = [];

export type Extending = Record<"older" | "newer", "idle" | "loading" | "failed">;
const IDLE: Extending = { older: "idle", newer: "idle" };

async function read(conversationId: string, anchor: string | null, signal: AbortSignal): Promise<ThreadData> {
  const known = queryClient.getQueryData<ThreadData>(keys.thread(conversationId, anchor));
  if (known === undefined) return readStretch(conversationId, anchor, signal);
  return mergeNewest(known, await readStretch(conversationId, null, signal));
}

/** Reads a thread that will probably be opened next, unless it is there already. */
export function readAhead(conversationId: string): void {
  const ahead = queryClient.query({
    queryKey: keys.thread(conversationId, null),
    queryFn: ({ signal }) => read(conversationId, null, signal),
  });
  // Whoever opens it sees the error; nobody has asked yet.
  ahead.catch(() => undefined);
}

/** A conversation's messages from its end, or around an instant that the agent jumped to. */
export function useThread(conversationId: string, anchor: string | null) {
  const queryKey = keys.thread(conversationId, anchor);
  const query = useQuery({ queryKey, queryFn: ({ signal }) => read(conversationId, anchor, signal) });
  const [extending, setExtending] = useState(IDLE);

  const extend = useCallback(
    async (side: "older" | "newer") => {
      const key = keys.thread(conversationId, anchor);
      const before = queryClient.getQueryData<ThreadData>(key);
      if (before === undefined) return;
      const report = (state: Extending["older"]) => setExtending((now) => ({ ...now, [side]: state }));
      report("loading");
      try {
        const extended = await (side === "older"
          ? extendOlder(conversationId, before)
          : extendNewer(conversationId, before));
        // What arrived meanwhile must not be lost: only this side is taken over.
        queryClient.setQueryData<ThreadData>(key, (now) =>
          now === undefined ? extended : join(now, extended, side),
        );
        report("idle");
      } catch {
        report("failed");
      }
    },
    [conversationId, anchor],
  );

  return {
    messages: query.data?.items ?? NONE,
    hasOlder: query.data?.older != null,
    hasNewer: query.data?.newer != null,
    isPending: query.isPending,
    error: query.data === undefined ? query.error : null,
    retry: query.refetch,
    extending,
    extend,
  };
}

function join(now: ThreadData, extended: ThreadData, side: "older" | "newer"): ThreadData {
  const known = new Set(now.items.map(({ id }) => id));
  const added = extended.items.filter(({ id }) => !known.has(id));
  if (side === "older") return { ...now, items: [...added, ...now.items], older: extended.older };
  return { ...now, items: [...now.items, ...added], newer: extended.newer };
}
