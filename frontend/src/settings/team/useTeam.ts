import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { cursorOf } from "@/api/http";
import * as invitations from "@/api/invitations";
import type { NewInvitation } from "@/api/invitations";
import { keys } from "@/api/keys";
import * as api from "@/api/users";
import type { Skill, User, UserChanges, UserQuery } from "@/api/users";
import { queryClient } from "@/app/queryClient";
import { usePermission } from "@/auth/session";

export function useUsers(query: UserQuery) {
  const list = useInfiniteQuery({
    queryKey: keys.users(query),
    queryFn: ({ pageParam, signal }) => api.readUsers(query, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => cursorOf(page.next),
    placeholderData: keepPreviousData,
  });
  return { list, users: list.data?.pages.flatMap(({ results }) => results) ?? [] };
}

export function useUser(id: string) {
  return useQuery({ queryKey: keys.user(id), queryFn: ({ signal }) => api.readUser(id, signal) });
}

export function useUserAccess(id: string) {
  return useQuery({ queryKey: keys.userAccess(id), queryFn: ({ signal }) => api.readUserAccess(id, signal) });
}

/** Those that may still be accepted, and those that nobody accepted in time. */
export function useOpenInvitations() {
  const enabled = usePermission("members.manage");
  const { data } = useQuery({
    queryKey: keys.invitations,
    queryFn: ({ signal }) => invitations.readInvitations(signal),
    enabled,
  });
  return data?.filter(({ state }) => state === "waiting" || state === "expired") ?? [];
}

export function useSkillNames(): string[] {
  const { data } = useQuery({ queryKey: keys.skills, queryFn: ({ signal }) => api.readSkillsInUse(signal) });
  return data?.map(({ name }) => name) ?? [];
}

const readAgain = () =>
  Promise.all([
    queryClient.invalidateQueries({ queryKey: keys.members }),
    queryClient.invalidateQueries({ queryKey: keys.departments }),
  ]);

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

export interface PersonForm {
  /** A built-in role's name, or the id of one of the organization's own. */
  role: string;
  extra_permissions: string[];
  department_ids: string[];
  greeting: string;
  skills: Skill[];
}

export const roleOf = (user: Pick<User, "role" | "custom_role">): string => user.custom_role?.id ?? user.role;

export const formOf = (user: User): PersonForm => ({
  role: roleOf(user),
  extra_permissions: user.extra_permissions,
  department_ids: user.department_ids,
  greeting: user.greeting,
  skills: user.skills,
});

const BUILT_IN = ["owner", "admin", "supervisor", "agent", "viewer"] as const;

/** A role as the API takes it, apart for the built-in ones and for the organization's own. */
export function placeOf(role: string): Pick<NewInvitation, "role" | "custom_role_id"> {
  const builtIn = BUILT_IN.find((each) => each === role);
  return builtIn === undefined ? { custom_role_id: role } : { role: builtIn, custom_role_id: null };
}

/** Saves what was changed and nothing else: who may not change a role may still change departments. */
export async function savePerson(user: User, form: PersonForm): Promise<void> {
  const before = formOf(user);
  const changes: UserChanges = {
    ...(form.role !== before.role && placeOf(form.role)),
    ...(!same(form.extra_permissions, before.extra_permissions) && {
      extra_permissions: form.extra_permissions,
    }),
    ...(!same(form.department_ids, before.department_ids) && { department_ids: form.department_ids }),
    ...(form.greeting !== before.greeting && { greeting: form.greeting }),
  };
  if (Object.keys(changes).length > 0) await api.changeUser(user.id, changes);
  if (!same(form.skills, before.skills)) await api.replaceSkills(user.id, form.skills);
  await readAgain();
}

const thenReadAgain =
  <A extends unknown[]>(act: (...args: A) => Promise<unknown>) =>
  async (...args: A): Promise<void> => {
    await act(...args);
    await readAgain();
  };

export const deactivate = thenReadAgain(api.deactivateUser);
export const activate = thenReadAgain(api.activateUser);
export const remove = thenReadAgain(api.removeUser);
export const resend = thenReadAgain(invitations.resendInvitation);
export const revoke = thenReadAgain(invitations.revokeInvitation);

export interface Refusal {
  email: string;
  error: unknown;
}

/** Invites each address; answers those that were refused, and why. */
export async function inviteAll(
  emails: readonly string[],
  place: Omit<NewInvitation, "email">,
): Promise<Refusal[]> {
  const refused: Refusal[] = [];
  for (const email of emails) {
    await invitations.invite({ ...place, email }).catch((error: unknown) => refused.push({ email, error }));
  }
  await readAgain();
  return refused;
}
