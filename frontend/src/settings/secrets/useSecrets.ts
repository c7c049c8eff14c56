import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { cursorOf } from "@/api/http";
import { keys } from "@/api/keys";
import * as api from "@/api/secrets";
import type { NewSecret, Secret, SecretQuery } from "@/api/secrets";
import { queryClient } from "@/app/queryClient";
import { changesOf, isEmpty } from "@/settings/changes";

export function useSecrets(query: SecretQuery) {
  const list = useInfiniteQuery({
    queryKey: keys.secretList(query),
    queryFn: ({ pageParam, signal }) => api.readSecrets(query, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => cursorOf(page.next),
  });
  const secrets = useMemo(() => list.data?.pages.flatMap(({ results }) => results) ?? [], [list.data]);
  return { ...list, secrets };
}

export function useSecretStats() {
  return useQuery({ queryKey: keys.secretStats, queryFn: ({ signal }) => api.readSecretStats(signal) });
}

const readAgain = () => queryClient.invalidateQueries({ queryKey: keys.secrets });

/** Saves what the form says, of a secret that is there already what was changed; the value goes along only for a new secret. */
export async function saveSecret(secret: Secret | null, form: NewSecret): Promise<void> {
  const { display_name, description, is_active } = form;
  if (secret === null) await api.createSecret(form);
  else {
    const changes = changesOf({ display_name, description, is_active }, secret);
    if (!isEmpty(changes)) await api.changeSecret(secret.id, changes);
  }
  await readAgain();
}

export async function rotateValue(id: string, value: string): Promise<void> {
  await api.rotateSecret(id, value);
  await readAgain();
}

export async function rotateKey(id: string): Promise<void> {
  await api.rotateKey(id);
  await readAgain();
}

export async function removeSecret(id: string): Promise<void> {
  await api.removeSecret(id);
  await readAgain();
}
