import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { keys } from "@/api/keys";
import * as api from "@/api/numberPage";
import { queryClient } from "@/app/queryClient";

export const useNumber = (id: string) =>
  useQuery({ queryKey: keys.numberPart(id, "itself"), queryFn: ({ signal }) => api.readNumber(id, signal) });

export const useHealth = (id: string) =>
  useQuery({ queryKey: keys.numberPart(id, "health"), queryFn: ({ signal }) => api.readHealth(id, signal) });

const RATE_EVERY = 5_000;
export const useRate = (id: string) =>
  useQuery({
    queryKey: keys.numberPart(id, "rate"),
    queryFn: ({ signal }) => api.readRate(id, signal),
    refetchInterval: RATE_EVERY,
  });

export const useCosts = (id: string, month: string) =>
  useQuery({
    queryKey: keys.numberPart(id, `costs ${month}`),
    queryFn: ({ signal }) => api.readCosts(id, month, signal),
  });

export const useProfile = (id: string) =>
  useQuery({
    queryKey: keys.numberAtMeta(id, "profile"),
    queryFn: ({ signal }) => api.readProfile(id, signal),
  });

export const useAutomation = (id: string) =>
  useQuery({
    queryKey: keys.numberAtMeta(id, "automation"),
    queryFn: ({ signal }) => api.readAutomation(id, signal),
  });

export const useQrCodes = (id: string) =>
  useQuery({
    queryKey: keys.numberAtMeta(id, "qr-codes"),
    queryFn: ({ signal }) => api.readQrCodes(id, signal),
  });

export const useBlocked = (id: string) =>
  useInfiniteQuery({
    queryKey: keys.numberAtMeta(id, "blocked"),
    queryFn: ({ pageParam, signal }) => api.readBlocked(id, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ after }) => after,
  });

/** The number and all that hangs on it. */
export const readNumberAgain = () => queryClient.invalidateQueries({ queryKey: keys.numbers });

export const readAtMetaAgain = (id: string, part: string) =>
  queryClient.invalidateQueries({ queryKey: keys.numberAtMeta(id, part) });

export async function saveNumber(id: string, changes: api.NumberChanges): Promise<void> {
  queryClient.setQueryData(keys.numberPart(id, "itself"), await api.changeNumber(id, changes));
  await readNumberAgain();
}

export async function saveProfile(id: string, changes: api.ProfileChanges): Promise<api.BusinessProfile> {
  const profile = await api.changeProfile(id, changes);
  queryClient.setQueryData(keys.numberAtMeta(id, "profile"), profile);
  return profile;
}

export async function saveAutomation(id: string, automation: api.Automation): Promise<void> {
  queryClient.setQueryData(keys.numberAtMeta(id, "automation"), await api.changeAutomation(id, automation));
}
