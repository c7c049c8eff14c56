import type { Template } from "@/api/templates";

export const STATUSES = [
  "DRAFT",
  "PENDING",
  "APPROVED",
  "REJECTED",
  "PAUSED",
  "DISABLED",
  "IN_APPEAL",
  "FLAGGED",
  "LIMIT_EXCEEDED",
  "LOCKED",
  "ARCHIVED",
  "PENDING_DELETION",
  "DELETED",
] as const;
export type Status = (typeof STATUSES)[number];

export const CATEGORIES = ["MARKETING", "UTILITY", "AUTHENTICATION"] as const;
export type Category = (typeof CATEGORIES)[number];

export const QUALITIES = ["GREEN", "YELLOW", "RED"] as const;

/** Meta may invent a status; one that nobody knows yet is shown as it spells it. */
export const statusOf = ({ status }: Pick<Template, "status">): Status | null =>
  STATUSES.find((each) => each === status) ?? null;

export const categoryOf = (category: string): Category | null =>
  CATEGORIES.find((each) => each === category) ?? null;

/** Why Meta rejects, by its own words for it. */
export const REASONS = [
  "ABUSIVE_CONTENT",
  "INCORRECT_CATEGORY",
  "INVALID_FORMAT",
  "PROMOTIONAL",
  "SCAM",
  "TAG_CONTENT_MISMATCH",
] as const;

/** What Meta lets people edit; a draft is ours alone. */
const EDITABLE: string[] = ["DRAFT", "APPROVED", "REJECTED", "PAUSED"];
export const isEditable = ({ status }: Pick<Template, "status">): boolean => EDITABLE.includes(status);

/** The languages that Meta has templates in. */
export const LANGUAGES = (
  "pt_BR en en_US es af ar ar_AE ar_EG ar_LB ar_MA ar_QA az be_BY bg bn bn_IN ca cs da de de_AT de_CH el " +
  "en_AE en_AU en_CA en_GB en_GH en_IE en_IN en_JM en_MY en_NZ en_QA en_SG en_UG en_ZA es_AR es_CL es_CO " +
  "es_CR es_DO es_EC es_ES es_HN es_MX es_PA es_PE es_UY et fa fi fil fr fr_BE fr_CA fr_CH fr_CI fr_MA ga " +
  "gu ha he hi hr hu id it ja ka kk kn ko ky_KG lo lt lv mk ml mr ms nb nl nl_BE pa pl prs_AF ps_AF pt_PT " +
  "ro ru rw_RW si_LK sk sl sq sr sv sw ta te th tr uk ur uz vi zh_CN zh_HK zh_TW zu"
).split(" ");

/** "português (Brasil)": the language's name in the page's own, with the code where nothing names it. */
export function languageName(code: string, locale: string): string {
  try {
    return new Intl.DisplayNames([locale], { type: "language" }).of(code.replace("_", "-")) ?? code;
  } catch {
    return code;
  }
}
