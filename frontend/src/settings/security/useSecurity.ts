import { useQuery } from "@tanstack/react-query";
import { keys } from "@/api/keys";
import * as api from "@/api/security";
import type { IdentityProvider, NewProvider } from "@/api/security";
import { queryClient } from "@/app/queryClient";
import { changesOf, isEmpty } from "@/settings/changes";

export function useSecurity() {
  return useQuery({ queryKey: keys.security, queryFn: ({ signal }) => api.readSecurity(signal) });
}

export function useProviders() {
  return useQuery({ queryKey: keys.identityProviders, queryFn: ({ signal }) => api.readProviders(signal) });
}

export async function demandSecondFactor(demanded: boolean): Promise<void> {
  queryClient.setQueryData(keys.security, await api.demandSecondFactor(demanded));
}

const readAgain = () => queryClient.invalidateQueries({ queryKey: keys.identityProviders });

export async function saveProvider(provider: IdentityProvider | null, form: NewProvider): Promise<void> {
  if (provider === null) await api.createProvider(form);
  else {
    // The secret is never answered: an empty field says that it stays.
    const changes = changesOf(form, { ...provider, client_secret: "" });
    if (!isEmpty(changes)) await api.changeProvider(provider.id, changes);
  }
  await readAgain();
}

export async function removeProvider(id: string): Promise<void> {
  await api.removeProvider(id);
  await readAgain();
}
