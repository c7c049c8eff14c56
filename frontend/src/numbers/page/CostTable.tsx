import { Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Costs } from "@/api/numberPage";
import { money } from "@/i18n/format";
import { useMetaWord } from "./words";

const DIGITS = 4;

/** Delivered messages by Meta's categories; those that are free are counted too. */
export function CostTable({ costs }: { costs: Costs["by_category"] }) {
  const { t, i18n } = useTranslation();
  const word = useMetaWord();
  const number = new Intl.NumberFormat(i18n.language);
  if (costs.length === 0)
    return (
      <Text size="sm" c="var(--pt-muted)">
        {t("number.costs.none")}
      </Text>
    );
  return (
    <Table fz="sm" horizontalSpacing={6}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("number.costs.category")}</Table.Th>
          <Table.Th ta="right">{t("number.costs.messages")}</Table.Th>
          <Table.Th ta="right">{t("number.costs.cost")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {costs.map(({ category, type, messages, cost, currency }) => (
          <Table.Tr key={`${category} ${type} ${currency}`}>
            <Table.Td>{word("category", category)}</Table.Td>
            <Table.Td ta="right">{number.format(messages)}</Table.Td>
            <Table.Td ta="right">
              {type === "regular" ? money(Number(cost), currency || "USD", DIGITS) : t("number.costs.isFree")}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
