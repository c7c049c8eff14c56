import { useQuery } from "@tanstack/react-query";
import * as api from "@/api/organization";
import type { Organization, OrganizationChanges, SettingsChanges } from "@/api/organization";
import { keys } from "@/api/keys";
import { queryClient } from "@/app/queryClient";
import { readMe } from "@/api/session";
import { show } from "@/auth/session";

const WATCHED_EVERY = 3_000;

export function useOrganization() {
  return useQuery({ queryKey: keys.organization, queryFn: ({ signal }) => api.readOrganization(signal) });
}

export function useOrganizationSettings() {
  return useQuery({
    queryKey: keys.organizationSettings,
    queryFn: ({ signal }) => api.readSettings(signal),
  });
}

export function useUsage() {
  return useQuery({ queryKey: keys.usage, queryFn: ({ signal }) => api.readUsage(signal), staleTime: 0 });
}

/** The newest exports; looked at again while one is being made. */
export function useExports() {
  return useQuery({
    queryKey: keys.organizationExports,
    queryFn: ({ signal }) => api.readExports(signal),
    refetchInterval: ({ state }) =>
      state.data?.some(({ state: how }) => how === "pending" || how === "running") === true
        ? WATCHED_EVERY
        : false,
  });
}

/** What is shown of the organization, and what I may do in it, follows a change. */
async function readMeAgain(): Promise<void> {
  await show(await readMe());
}

function keep(organization: Organization): void {
  queryClient.setQueryData(keys.organization, organization);
}

/** The name stands in the menu, and times are shown in the organization's zone. */
export async function changeOrganization(changes: OrganizationChanges): Promise<void> {
  keep(await api.changeOrganization(changes));
  await readMeAgain();
}

export async function uploadLogo(file: File): Promise<void> {
  keep(await api.uploadLogo(file));
}

export async function removeLogo(): Promise<void> {
  keep(await api.removeLogo());
}

export async function changeSettings(changes: SettingsChanges): Promise<void> {
  queryClient.setQueryData(keys.organizationSettings, await api.changeSettings(changes));
}

export async function startExport(): Promise<void> {
  await api.startExport();
  await queryClient.invalidateQueries({ queryKey: keys.organizationExports });
}

/** Whoever gives the organization away is an admin of it from now on. */
export async function transferOwnership(userId: string, password: string): Promise<void> {
  await api.transferOwnership(userId, password);
  await readMeAgain();
  await queryClient.invalidateQueries({ queryKey: keys.members });
}

export async function askForDeletion(name: string, password: string): Promise<void> {
  keep(await api.askForDeletion(name, password));
  await queryClient.invalidateQueries({ queryKey: keys.organizationExports });
}

export async function keepOrganization(): Promise<void> {
  keep(await api.keepOrganization());
}
