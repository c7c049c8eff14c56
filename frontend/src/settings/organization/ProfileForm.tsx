import { Select, SimpleGrid, Textarea, TextInput } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Organization } from "@/api/organization";
import type { Language } from "@/api/types";
import { SectionForm } from "@/settings/Section";
import { changeOrganization } from "./useOrganization";
import { currencies, timeZones } from "./zones";

const LANGUAGES: { value: Language; label: string }[] = [
  { value: "pt-br", label: "Português (Brasil)" },
  { value: "en", label: "English" },
];

/** What the organization is called, and where it is. */
export function ProfileForm({ organization }: { organization: Organization }) {
  const { t, i18n } = useTranslation();
  const { name, description, website, timezone, currency } = organization;
  const kept = {
    name,
    description,
    website,
    timezone,
    currency,
    language: organization.language as Language,
  };
  const [changes, setChanges] = useState<Partial<typeof kept>>({});
  const form = { ...kept, ...changes };
  const set = (more: typeof changes) => setChanges((before) => ({ ...before, ...more }));
  const zones = useMemo(() => timeZones(i18n.language, timezone), [i18n.language, timezone]);
  const money = useMemo(() => currencies(i18n.language, currency), [i18n.language, currency]);
  return (
    <SectionForm
      title={t("organization.profile")}
      changed={JSON.stringify(form) !== JSON.stringify(kept)}
      onSend={async () => {
        await changeOrganization(changes);
        setChanges({});
      }}
    >
      {(problems) => (
        <>
          <TextInput
            label={t("organization.name")}
            required
            minLength={2}
            maxLength={255}
            value={form.name}
            error={problems.name}
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
          <Textarea
            label={t("organization.description")}
            autosize
            minRows={2}
            maxRows={6}
            maxLength={2000}
            value={form.description}
            error={problems.description}
            onChange={(event) => set({ description: event.currentTarget.value })}
          />
          <TextInput
            label={t("organization.website")}
            type="url"
            maxLength={500}
            value={form.website}
            error={problems.website}
            onChange={(event) => set({ website: event.currentTarget.value })}
          />
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <Select
              label={t("organization.language")}
              description={t("organization.languageHint")}
              allowDeselect={false}
              data={LANGUAGES}
              value={form.language}
              error={problems.language}
              onChange={(chosen) => set({ language: chosen ?? kept.language })}
            />
            <Select
              label={t("organization.timezone")}
              description={t("organization.timezoneHint")}
              searchable
              allowDeselect={false}
              nothingFoundMessage={t("organization.nothingFound")}
              data={zones}
              value={form.timezone}
              error={problems.timezone}
              onChange={(chosen) => set({ timezone: chosen ?? timezone })}
            />
            <Select
              label={t("organization.currency")}
              searchable
              allowDeselect={false}
              nothingFoundMessage={t("organization.nothingFound")}
              data={money}
              value={form.currency}
              error={problems.currency}
              onChange={(chosen) => set({ currency: chosen ?? currency })}
            />
          </SimpleGrid>
        </>
      )}
    </SectionForm>
  );
}
