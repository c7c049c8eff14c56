import { Select, SimpleGrid, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { WhatsAppNumber } from "@/api/types";
import type { TemplateFilters } from "./filters";
import { CATEGORIES, LANGUAGES, languageName, STATUSES } from "./words";

interface Props {
  numbers: WhatsAppNumber[];
  filters: TemplateFilters;
  onChange: (changes: TemplateFilters) => void;
}

export const nameOf = ({ verified_name, display_phone_number }: WhatsAppNumber): string =>
  [verified_name, display_phone_number].filter(Boolean).join(" · ");

export function FilterBar({ numbers, filters, onChange }: Props) {
  const { t, i18n } = useTranslation();
  const [name, setName] = useState(filters.name ?? "");
  const search = useDebouncedCallback((typed: string) => onChange({ name: typed.trim() || undefined }), 300);
  return (
    <SimpleGrid cols={{ base: 2, md: 5 }} spacing="sm" verticalSpacing="xs">
      <TextInput
        type="search"
        label={t("templates.search")}
        leftSection={<IconSearch size={16} aria-hidden="true" />}
        value={name}
        onChange={(event) => {
          setName(event.currentTarget.value);
          search(event.currentTarget.value);
        }}
      />
      <Select
        clearable
        label={t("templates.number")}
        placeholder={t("templates.allNumbers")}
        data={numbers.map((number) => ({ value: number.id, label: nameOf(number) }))}
        value={filters.number ?? null}
        onChange={(number) => onChange({ number: number ?? undefined })}
      />
      <Select
        clearable
        label={t("templates.status")}
        placeholder={t("templates.any")}
        data={STATUSES.filter((each) => each !== "DELETED").map((value) => ({
          value,
          label: t(`templates.statuses.${value}`),
        }))}
        value={filters.status ?? null}
        onChange={(status) => onChange({ status: status ?? undefined })}
      />
      <Select
        clearable
        label={t("templates.category")}
        placeholder={t("templates.any")}
        data={CATEGORIES.map((value) => ({ value, label: t(`templates.categories.${value}`) }))}
        value={filters.category ?? null}
        onChange={(category) => onChange({ category: category ?? undefined })}
      />
      <Select
        clearable
        searchable
        label={t("templates.language")}
        placeholder={t("templates.anyLanguage")}
        data={LANGUAGES.map((value) => ({ value, label: languageName(value, i18n.language) }))}
        value={filters.language ?? null}
        onChange={(language) => onChange({ language: language ?? undefined })}
      />
    </SimpleGrid>
  );
}
