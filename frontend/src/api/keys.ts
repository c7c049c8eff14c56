import type { AuditQuery } from "./audit";
import type { ConversationQuery } from "./conversations";
import type { NoticeQuery } from "./notices";
import type { TemplateQuery } from "./templates";
import type { UserQuery } from "./users";
import type { SecretQuery } from "./secrets";

/** Every key of the query cache, so that what reads and what patches can't disagree. */
export const keys = {
  me: ["me"] as const,
  members: ["members"] as const,
  /** Below the members, so that whatever changes these changes them too. */
  users: (query: UserQuery) => ["members", "users", query] as const,
  user: (id: string) => ["members", "user", id] as const,
  userAccess: (id: string) => ["members", "user", id, "access"] as const,
  invitations: ["members", "invitations"] as const,
  skills: ["members", "skills"] as const,
  roles: ["roles"] as const,
  permissions: ["permissions"] as const,
  invitation: (token: string) => ["invitation", token] as const,
  numbers: ["numbers"] as const,
  /** Below the numbers: what is known here. */
  numberPart: (id: string, part: string) => ["numbers", id, part] as const,
  /** What Meta is asked for: not again with every change of a number. */
  numberAtMeta: (id: string, part: string) => ["number-at-meta", id, part] as const,
  signupOffer: ["signup-offer"] as const,
  conversationCost: (id: string) => ["cost", id] as const,
  qrCode: (numberId: string) => ["qr-code", numberId] as const,
  departments: ["departments"] as const,
  organization: ["organization"] as const,
  organizationSettings: ["organization", "settings"] as const,
  usage: ["organization", "usage"] as const,
  organizationExports: ["organization-exports"] as const,
  security: ["security"] as const,
  identityProviders: ["identity-providers"] as const,
  retention: ["retention"] as const,
  privacyJobs: ["privacy-jobs"] as const,
  tags: ["tags"] as const,
  counts: ["counts"] as const,
  lists: ["conversations"] as const,
  list: (query: ConversationQuery) => ["conversations", query] as const,
  conversation: (id: string) => ["conversation", id] as const,
  threads: (conversationId: string) => ["messages", conversationId] as const,
  thread: (conversationId: string, anchor: string | null) => ["messages", conversationId, anchor] as const,
  found: (conversationId: string, search: string) => ["found", conversationId, search] as const,
  contact: (id: string) => ["contact", id] as const,
  contactStats: (id: string) => ["contact", id, "stats"] as const,
  media: (id: string) => ["media", id] as const,
  templates: ["templates"] as const,
  templateList: (query: TemplateQuery) => ["templates", "list", query] as const,
  template: (id: string) => ["templates", "one", id] as const,
  templateStats: (id: string, days: number) => ["templates", "one", id, "stats", days] as const,
  templateVersions: (id: string) => ["templates", "one", id, "versions"] as const,
  templateCheck: (numberId: string, draft: string) => ["template-check", numberId, draft] as const,
  templateLibrary: (language: string) => ["template-library", language] as const,
  sendableTemplates: (numberId: string, search: string) =>
    ["templates", "sendable", numberId, search] as const,
  notices: ["notices"] as const,
  unreadNotices: ["notices", "unread"] as const,
  noticePreferences: ["notices", "preferences"] as const,
  noticeLists: ["notices", "list"] as const,
  noticeList: (query: NoticeQuery) => ["notices", "list", query] as const,
  apiKeys: ["api-keys"] as const,
  auditLog: (query: AuditQuery) => ["audit-log", query] as const,
  secrets: ["secrets"] as const,
  secretStats: ["secrets", "stats"] as const,
  secretList: (query: SecretQuery) => ["secrets", "list", query] as const,
  contactSearch: (query: string) => ["contact-search", query] as const,
};
