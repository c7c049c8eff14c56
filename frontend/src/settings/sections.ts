import {
  IconBell,
  IconBuilding,
  IconBuildingCommunity,
  IconFingerprint,
  IconHistory,
  IconKey,
  IconLock,
  IconShieldCheck,
  IconShieldHalf,
  IconUser,
  IconUsers,
  IconUsersGroup,
} from "@tabler/icons-react";
import type { Permission } from "@/auth/session";

/** The pages of the settings in the order of their menu; each is one route and one folder. */
export const SECTIONS = [
  { key: "profile", group: "mine", icon: IconUser },
  { key: "signIn", group: "mine", icon: IconFingerprint },
  { key: "notices", group: "mine", icon: IconBell },
  { key: "organization", group: "organization", icon: IconBuilding, permission: "organization.manage" },
  { key: "team", group: "organization", icon: IconUsers, permission: "members.view" },
  { key: "departments", group: "organization", icon: IconUsersGroup, permission: "members.view" },
  { key: "roles", group: "organization", icon: IconBuildingCommunity, permission: "members.view" },
  { key: "security", group: "trust", icon: IconShieldCheck, permission: "security.manage" },
  { key: "apiKeys", group: "trust", icon: IconKey, permission: "api_keys.manage" },
  { key: "secrets", group: "trust", icon: IconLock, permission: "secrets.view" },
  { key: "audit", group: "trust", icon: IconHistory, permission: "audit.view" },
  { key: "privacy", group: "trust", icon: IconShieldHalf, permission: "privacy.manage" },
] as const satisfies readonly Section[];

interface Section {
  key: string;
  group: "mine" | "organization" | "trust";
  icon: typeof IconUser;
  permission?: Permission;
}

/** What the person must be allowed to, to find anything on this page. */
export function permissionOf(section: SectionKey): Permission | undefined {
  return (SECTIONS as readonly Section[]).find(({ key }) => key === section)?.permission;
}

export type SectionKey = (typeof SECTIONS)[number]["key"];

export const GROUPS = ["mine", "organization", "trust"] as const;

export const PATHS = {
  profile: "/settings/profile",
  signIn: "/settings/sign-in",
  notices: "/settings/notices",
  organization: "/settings/organization",
  team: "/settings/team",
  departments: "/settings/departments",
  roles: "/settings/roles",
  security: "/settings/security",
  apiKeys: "/settings/api-keys",
  secrets: "/settings/secrets",
  audit: "/settings/audit",
  privacy: "/settings/privacy",
} as const satisfies Record<SectionKey, string>;
