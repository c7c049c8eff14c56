import { Group, Progress, Select, Stack, Text } from "@mantine/core";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { MonthCosts } from "@/api/numberPage";
import { dayOf, money } from "@/i18n/format";
import { Section } from "@/settings/Section";
import { CostTable } from "./CostTable";
import { Loaded } from "./Loaded";
import type { TabProps } from "./tab";
import { useCosts } from "./useNumberPage";

const WARNED_FROM = 80;
const MONTHS = 12;

function FreeShare({ costs }: { costs: MonthCosts }) {
  const { t, i18n } = useTranslation();
  const id = useId();
  const number = new Intl.NumberFormat(i18n.language);
  const { free_service_messages: used, free_service_limit: limit } = costs;
  const share = limit === 0 ? 0 : Math.min(100, (100 * used) / limit);
  return (
    <div>
      <Group justify="space-between" mb={4}>
        <Text size="sm" fw={550} id={id}>
          {t("number.costs.free")}
        </Text>
        <Text size="sm" c="var(--pt-muted)">
          {t("number.of", { used: number.format(used), limit: number.format(limit) })}
        </Text>
      </Group>
      <Progress.Root size="md" radius="xl">
        <Progress.Section
          value={share}
          color={share >= 100 ? "red" : share >= WARNED_FROM ? "yellow" : "brand"}
          aria-labelledby={id}
          withAria
        />
      </Progress.Root>
    </div>
  );
}

/** This month and those before it, by their first days. */
function useMonths(): { value: string; label: string }[] {
  const { language } = useTranslation().i18n;
  const [today] = useState(() => dayOf(Date.now()));
  const [year, month] = today.split("-").map(Number);
  const name = new Intl.DateTimeFormat(language, { month: "long", year: "numeric", timeZone: "UTC" });
  return Array.from({ length: MONTHS }, (_, back) => {
    const first = new Date(Date.UTC(year ?? 0, (month ?? 1) - 1 - back, 1));
    return { value: first.toISOString().slice(0, 10), label: name.format(first) };
  });
}

/** What the month's delivered messages cost at Meta. */
export function CostsTab({ number }: TabProps) {
  const { t } = useTranslation();
  const months = useMonths();
  const [month, setMonth] = useState(months[0]?.value ?? "");
  const costs = useCosts(number.id, month);
  return (
    <Section
      title={t("number.costs.title")}
      about={t("number.costs.about")}
      action={
        <Select
          aria-label={t("number.costs.month")}
          size="xs"
          w={180}
          allowDeselect={false}
          data={months}
          value={month}
          onChange={(chosen) => setMonth(chosen ?? month)}
        />
      }
    >
      <Loaded query={costs}>
        {(data) => (
          <Stack>
            <div>
              <Text size="sm" c="var(--pt-muted)">
                {t("number.costs.total")}
              </Text>
              <Text size="xl" fw={650} data-testid="month-total">
                {data.total === null
                  ? t("number.costs.severalCurrencies")
                  : money(Number(data.total), data.currency || "USD")}
              </Text>
            </div>
            <FreeShare costs={data} />
            <CostTable costs={data.by_category} />
          </Stack>
        )}
      </Loaded>
    </Section>
  );
}
