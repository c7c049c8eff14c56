import { SegmentedControl, Text } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keys } from "@/api/keys";
import { readTemplateStats } from "@/api/templates";
import { dateAndTime } from "@/i18n/format";
import { Section } from "@/settings/Section";
import classes from "./templates.module.css";

const COUNTS = ["sent", "delivered", "read", "failed", "waiting"] as const;
const PERIODS = [7, 30, 90];

/** How its messages fared. */
export function Stats({ templateId }: { templateId: string }) {
  const { t, i18n } = useTranslation();
  const [days, setDays] = useState(30);
  const { data } = useQuery({
    queryKey: keys.templateStats(templateId, days),
    queryFn: ({ signal }) => readTemplateStats(templateId, days, signal),
    placeholderData: keepPreviousData,
  });
  const format = new Intl.NumberFormat(i18n.language);
  return (
    <Section
      title={t("templates.stats.title")}
      action={
        <SegmentedControl
          size="xs"
          aria-label={t("templates.stats.period")}
          data={PERIODS.map((each) => ({
            value: String(each),
            label: t("templates.stats.days", { count: each }),
          }))}
          value={String(days)}
          onChange={(value) => setDays(Number(value))}
        />
      }
    >
      <dl className={classes.numbersOf}>
        {COUNTS.map((name) => (
          <div key={name}>
            <dt>{t(`templates.stats.${name}`)}</dt>
            <dd>{data === undefined ? "–" : format.format(data[name])}</dd>
          </div>
        ))}
      </dl>
      <Text size="sm" c="var(--pt-muted)">
        {data?.last_sent_at == null
          ? t("templates.stats.never")
          : t("templates.stats.last", { when: dateAndTime(data.last_sent_at) })}
      </Text>
    </Section>
  );
}
