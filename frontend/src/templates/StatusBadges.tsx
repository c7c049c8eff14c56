import { Badge, Group, Text, Tooltip } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Template } from "@/api/templates";
import { dateAndTime } from "@/i18n/format";
import { categoryOf, QUALITIES, REASONS, statusOf } from "./words";

const COLORS: Record<string, string> = {
  APPROVED: "teal",
  PENDING: "blue",
  IN_APPEAL: "blue",
  FLAGGED: "yellow",
  PAUSED: "yellow",
  LIMIT_EXCEEDED: "yellow",
  REJECTED: "red",
  DISABLED: "red",
  LOCKED: "red",
};
const QUALITY_COLORS = { GREEN: "teal", YELLOW: "yellow", RED: "red" };

export function useTemplateWords() {
  const { t } = useTranslation();
  const category = (name: string) => {
    const known = categoryOf(name);
    return known === null ? name : t(`templates.categories.${known}`);
  };
  const status = (template: Pick<Template, "status">) => {
    const known = statusOf(template);
    return known === null ? template.status : t(`templates.statuses.${known}`);
  };
  return { category, status };
}

/** How a template stands: its status, how people take it, its category. */
export function StatusBadges({ template }: { template: Template }) {
  const { t } = useTranslation();
  const words = useTemplateWords();
  const quality = QUALITIES.find((each) => each === template.quality);
  const known = statusOf(template);
  return (
    <Group gap={6}>
      <Tooltip
        label={known === null ? template.status : t(`templates.statusDetail.${known}`)}
        multiline
        maw={280}
      >
        <Badge variant="light" color={COLORS[template.status] ?? "gray"} data-testid="template-status">
          {words.status(template)}
        </Badge>
      </Tooltip>
      {quality !== undefined && (
        <Badge variant="dot" color={QUALITY_COLORS[quality]}>
          {t(`templates.quality.${quality}`)}
        </Badge>
      )}
      <Badge variant="outline" color="gray">
        {words.category(template.category)}
      </Badge>
      {!template.is_enabled && <Badge color="gray">{t("templates.switchedOff")}</Badge>}
    </Group>
  );
}

function useReasons(template: Template): { text: string; bad: boolean }[] {
  const { t } = useTranslation();
  const words = useTemplateWords();
  const { status, status_detail, rejected_reason, previous_category, correct_category } = template;
  const known = REASONS.find((each) => each === rejected_reason);
  const why = known === undefined ? rejected_reason : t(`templates.reasons.${known}`);
  const reasons: { text: string; bad: boolean }[] = [];
  if (status === "REJECTED" && why !== "" && why !== "NONE") reasons.push({ text: why, bad: true });
  if (status_detail !== "" && status_detail !== rejected_reason) {
    const refused =
      status === "DRAFT" ? t("templates.refusedWith", { reason: status_detail }) : status_detail;
    reasons.push({ text: refused, bad: status !== "APPROVED" });
  }
  if (template.category_changes_at !== null && correct_category !== "") {
    const change = {
      category: words.category(correct_category),
      when: dateAndTime(template.category_changes_at),
    };
    reasons.push({ text: t("templates.categoryWillChange", change), bad: true });
  } else if (previous_category !== "" && previous_category !== template.category) {
    const change = { before: words.category(previous_category), after: words.category(template.category) };
    reasons.push({ text: t("templates.categoryChanged", change), bad: false });
  }
  return reasons;
}

/** Why it was rejected, refused or paused, and what Meta makes of its category. */
export function StatusReasons({ template }: { template: Template }) {
  const reasons = useReasons(template);
  return reasons.map(({ text, bad }) => (
    <Text
      key={text}
      size="sm"
      c={bad ? "var(--pt-danger)" : "var(--pt-muted)"}
      style={{ overflowWrap: "anywhere" }}
    >
      {text}
    </Text>
  ));
}
