import { useQuery } from "@tanstack/react-query";
import * as api from "@/api/apiKeys";
import type { MadeApiKey, NewApiKey } from "@/api/apiKeys";
import { keys } from "@/api/keys";
import { queryClient } from "@/app/queryClient";

export function useApiKeys() {
  return useQuery({ queryKey: keys.apiKeys, queryFn: ({ signal }) => api.readApiKeys(signal) });
}

const readAgain = () => queryClient.invalidateQueries({ queryKey: keys.apiKeys });

/** The new key, with its text, which nobody can read again. */
export async function createApiKey(form: NewApiKey): Promise<MadeApiKey> {
  const made = await api.createApiKey(form);
  await readAgain();
  return made;
}

export async function renameApiKey(id: string, name: string): Promise<void> {
  await api.renameApiKey(id, name);
  await readAgain();
}

export async function revokeApiKey(id: string): Promise<void> {
  await api.revokeApiKey(id);
  await readAgain();
}
