import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { cursorOf } from "@/api/http";
import { keys } from "@/api/keys";
import { readMembers } from "@/api/organization";
import * as api from "@/api/privacy";
import type { NewPrivacyJob, PrivacyJob, Retention } from "@/api/privacy";
import { queryClient } from "@/app/queryClient";

const WATCHED_EVERY = 2_000;

const isUnderWay = ({ state }: PrivacyJob) => state === "pending" || state === "running";

export function useRetention() {
  return useQuery({ queryKey: keys.retention, queryFn: ({ signal }) => api.readRetention(signal) });
}

/** Exports and erasures, the newest first; looked at again while one is under way. */
export function usePrivacyJobs() {
  return useInfiniteQuery({
    queryKey: keys.privacyJobs,
    queryFn: ({ pageParam, signal }) => api.readPrivacyJobs(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => cursorOf(next),
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ results }) => results.some(isUnderWay)) === true ? WATCHED_EVERY : false,
  });
}

/** Everybody of the organization, those who left, too: their data is still there. */
export function useEverybody() {
  const { data } = useQuery({ queryKey: keys.members, queryFn: ({ signal }) => readMembers(signal) });
  return data?.results ?? [];
}

export async function changeRetention(days: Retention): Promise<void> {
  queryClient.setQueryData(keys.retention, await api.changeRetention(days));
}

export async function startPrivacyJob(wanted: NewPrivacyJob): Promise<void> {
  await api.startPrivacyJob(wanted);
  await queryClient.invalidateQueries({ queryKey: keys.privacyJobs });
}
