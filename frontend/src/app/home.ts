import { useSession } from "@/auth/session";

export type Home = "/inbox" | "/numbers" | "/settings/profile";

/** The first page that somebody may use. */
export function homeOf(permissions: readonly string[]): Home {
  if (permissions.includes("conversations.view")) return "/inbox";
  return permissions.includes("numbers.view") ? "/numbers" : "/settings/profile";
}

export function useHome(): Home {
  return useSession(({ me }) => homeOf(me?.permissions ?? []));
}
