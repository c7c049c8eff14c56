import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { keys } from "@/api/keys";
import * as api from "@/api/roles";
import type { NewRole, Role } from "@/api/roles";
import { queryClient } from "@/app/queryClient";
import { useMe, usePermission } from "@/auth/session";
import { changesOf, isEmpty } from "@/settings/changes";

export function useRoles() {
  const enabled = usePermission("members.view");
  return useQuery({ queryKey: keys.roles, queryFn: ({ signal }) => api.readRoles(signal), enabled });
}

export function usePermissionGroups() {
  const enabled = usePermission("members.view");
  return useQuery({
    queryKey: keys.permissions,
    queryFn: ({ signal }) => api.readPermissions(signal),
    enabled,
  });
}

async function readAgain(): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: keys.roles });
  await queryClient.invalidateQueries({ queryKey: keys.members });
}

export async function saveRole(role: Role | null, form: NewRole): Promise<void> {
  if (role === null) await api.createRole(form);
  else {
    const changes = changesOf(form, role);
    if (!isEmpty(changes)) await api.changeRole(role.id, changes);
  }
  await readAgain();
}

export async function removeRole(id: string): Promise<void> {
  await api.removeRole(id);
  await readAgain();
}

/** Whether I have all of these permissions myself: nobody gives what they haven't got. */
export function useMayGive(): (permissions: readonly string[]) => boolean {
  const { permissions: mine } = useMe();
  return useCallback((wanted) => wanted.every((each) => mine.includes(each)), [mine]);
}

export type BuiltIn = "owner" | "admin" | "supervisor" | "agent" | "viewer";
const BUILT_IN: readonly BuiltIn[] = ["owner", "admin", "supervisor", "agent", "viewer"];

export function builtIn(role: Pick<Role, "id">): BuiltIn | undefined {
  return BUILT_IN.find((each) => each === role.id);
}

/** A role's name: of a built-in one in the language of the page. */
export function useRoleName(): (role: Pick<Role, "id" | "name">) => string {
  const { t } = useTranslation();
  return useCallback(
    (role) => {
      const name = builtIn(role);
      return name === undefined ? role.name : t(`layout.roles.${name}`);
    },
    [t],
  );
}
