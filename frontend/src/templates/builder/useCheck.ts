import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { keys } from "@/api/keys";
import { ApiProblem } from "@/api/problem";
import { checkTemplate, type Finding } from "@/api/templates";
import { text, type Fields } from "@/inbox/thread/body/content";
import { componentsOf, type Draft } from "./draft";

const CODES = [
  "cards_differ",
  "category",
  "fixed_text",
  "folded",
  "format",
  "formatting",
  "line_break",
  "marketing_only",
  "missing",
  "no_such_media",
  "not_known",
  "not_with_authentication",
  "not_with_carousel",
  "not_with_offer",
  "order",
  "otp_elsewhere",
  "otp_only",
  "same_label",
  "sample_missing",
  "too_long",
  "too_many_variables",
  "too_short",
  "variable_at_end",
  "variable_at_start",
  "variable_gap",
  "variable_malformed",
  "variable_name",
  "variable_not_here",
  "variable_number",
  "variable_place",
  "variables_adjacent",
] as const;

/** i18next would take these for plurals. */
const BOUNDS: Record<string, "at_least" | "at_most"> = { too_few: "at_least", too_many: "at_most" };

const PARTS = ["HEADER", "BODY", "FOOTER", "BUTTONS", "CAROUSEL", "LIMITED_TIME_OFFER"] as const;
const FIELDS = ["name", "language", "category", "ttl_seconds"] as const;

/** Nobody is told what is missing before they had time to write it. */
const LATER = ["missing", "sample_missing", "too_few"];

type Refusal = Pick<Finding, "field" | "code" | "message"> & Partial<Finding>;

/** What the server refused of the draft, in the shape of findings. */
export function refusalsOf(error: unknown): Refusal[] {
  return error instanceof ApiProblem && error.kind === "template-not-valid" ? error.details.errors : [];
}

export interface Checks {
  /** What is wrong with a field, in words. */
  at: (field: string) => string | undefined;
  findings: { where: string; message: string; severity: string }[];
  hasErrors: boolean;
  /** Something is missing that nobody is told of yet; null until the draft was looked at. */
  isComplete: boolean | null;
}

function useWords() {
  const { t } = useTranslation();
  const message = ({ code, message: english, limit }: Refusal) => {
    const known = BOUNDS[code] ?? CODES.find((each) => each === code);
    return known === undefined ? english : t(`templates.findings.${known}`, { limit: limit ?? "" });
  };
  const where = (field: string, components: Fields[]) => {
    const plain = FIELDS.find((each) => each === field);
    if (plain !== undefined) return t(`templates.fields.${plain}`);
    const [, index] = /^components\[(\d+)\]/.exec(field) ?? [];
    const part = PARTS.find((each) => each === text(components[Number(index)]?.type));
    if (part === undefined) return t("templates.fields.template");
    const [, card] = /cards\[(\d+)\]/.exec(field) ?? [];
    const [, button] = /buttons\[(\d+)\]/.exec(field) ?? [];
    return [
      t(`templates.parts.${part}`),
      card === undefined ? "" : t("templates.parts.card", { number: Number(card) + 1 }),
      button === undefined ? "" : t("templates.parts.button", { number: Number(button) + 1 }),
    ]
      .filter(Boolean)
      .join(", ");
  };
  return { message, where };
}

/** Asks what Meta would refuse of the draft, shortly after somebody stopped writing. */
export function useCheck(draft: Draft, numberId: string | null, tried: boolean, refused: Refusal[]): Checks {
  const words = useWords();
  const components = componentsOf(draft);
  const { name, language, category, format, ttl } = draft;
  const body = { name, language, category, components, parameter_format: format, ttl_seconds: ttl };
  const [settled] = useDebouncedValue(JSON.stringify(body), 350);
  const { data } = useQuery({
    queryKey: keys.templateCheck(numberId ?? "", settled),
    queryFn: ({ signal }) => checkTemplate(numberId ?? "", JSON.parse(settled) as typeof body, signal),
    enabled: numberId !== null,
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    gcTime: 60_000,
  });
  const found = data?.findings ?? [];
  const known = new Set(found.map(({ field, code }) => `${field} ${code}`));
  const all: Refusal[] = [...found, ...refused.filter(({ field, code }) => !known.has(`${field} ${code}`))];
  const told = all.filter(({ code }) => tried || !LATER.includes(code));
  return {
    at: (field) => {
      const finding = told.find((each) => each.field === field && each.severity !== "warning");
      return finding === undefined ? undefined : words.message(finding);
    },
    findings: told.map((each) => ({
      where: words.where(each.field, components),
      message: words.message(each),
      severity: each.severity ?? "error",
    })),
    isComplete: data === undefined ? null : told.length === all.length,
    hasErrors: found.some(({ severity }) => severity === "error"),
  };
}
