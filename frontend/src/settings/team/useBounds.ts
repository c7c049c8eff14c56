import { useTranslation } from "react-i18next";
import type { User } from "@/api/users";
import { useMe } from "@/auth/session";
import { useMayGive, useRoles } from "@/settings/roles/useRoles";
import { roleOf } from "./useTeam";

interface Bounds {
  /** Why I can't change this person's role and permissions; undefined where I can. */
  place: string | undefined;
  /** Why I can't let this person out. */
  letOut: string | undefined;
}

/** What I can't do to somebody, and why: nobody raises themselves, or reaches above themselves. */
export function useBounds(user: User): Bounds {
  const { t } = useTranslation();
  const me = useMe();
  const roles = useRoles().data;
  const mayGive = useMayGive();
  if (user.id === me.id) return { place: t("team.ownRole"), letOut: t("team.yourself") };
  const ofRole = roles?.find(({ id }) => id === roleOf(user))?.permissions ?? [];
  const beyond = mayGive([...ofRole, ...user.extra_permissions]) ? undefined : t("team.outOfReach");
  return { place: beyond, letOut: beyond };
}
