import { Alert, Badge, Group, Loader, Progress, SimpleGrid, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { Used } from "@/api/organization";
import { useProblemText } from "@/api/useProblemText";
import { dateAndTime } from "@/i18n/format";
import { Section } from "@/settings/Section";
import { useUsage } from "./useOrganization";

const WARNED_FROM = 0.8;

function UsageBar({ resource, used, limit, share }: Used) {
  const { t } = useTranslation();
  const id = useId();
  const full = share !== null && share >= 1;
  const warned = share !== null && share >= WARNED_FROM;
  const color = full ? "red" : warned ? "yellow" : "brand";
  const tone = full ? "var(--pt-danger)" : warned ? "var(--pt-warning)" : "var(--pt-muted)";
  const number = new Intl.NumberFormat(useTranslation().i18n.language);
  return (
    <div data-testid="usage" data-resource={resource} data-warned={warned || undefined}>
      <Group justify="space-between" gap={6} mb={4} wrap="nowrap">
        <Text size="sm" fw={550} id={id}>
          {t(`organization.resources.${resource}`)}
        </Text>
        <Group gap={4} wrap="nowrap" c={tone}>
          {warned && <IconAlertTriangle size={15} aria-hidden="true" />}
          <Text size="sm" style={{ whiteSpace: "nowrap" }}>
            {limit === null
              ? t("organization.unlimited", { used: number.format(used) })
              : t("organization.usedOf", { used: number.format(used), limit: number.format(limit) })}
          </Text>
        </Group>
      </Group>
      <Progress.Root size="md" radius="xl">
        <Progress.Section
          value={share === null ? 0 : Math.min(100, share * 100)}
          color={color}
          aria-labelledby={id}
          withAria
        />
      </Progress.Root>
    </div>
  );
}

/** The plan, and how much of it is used. */
export function UsageSection() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const { data: usage, error } = useUsage();
  return (
    <Section
      title={t("organization.plan")}
      about={t("organization.planHint")}
      action={usage && <Badge size="lg">{t(`organization.plans.${usage.plan}`)}</Badge>}
    >
      {usage === undefined && error === null && <Loader aria-label={t("common.loading")} />}
      {error !== null && (
        <Alert color="red" role="alert">
          {problemText(error)}
        </Alert>
      )}
      {usage !== undefined && (
        <>
          {usage.plan_expires_at !== null && (
            <Text size="sm">{t("organization.planUntil", { at: dateAndTime(usage.plan_expires_at) })}</Text>
          )}
          <SimpleGrid cols={{ base: 1, sm: 2 }} verticalSpacing="md" spacing="xl">
            {usage.resources.map((each) => (
              <UsageBar key={each.resource} {...each} />
            ))}
          </SimpleGrid>
          <Text size="xs" c="var(--pt-muted)">
            {t("organization.messages", { sent: usage.messages_sent, received: usage.messages_received })}
          </Text>
        </>
      )}
    </Section>
  );
}
