import { Radio, Stack } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { OrganizationSettings } from "@/api/organization";
import { BusinessHours, type Hours } from "@/settings/departments/BusinessHours";
import { SectionForm } from "@/settings/Section";
import { changeSettings } from "./useOrganization";

const VISIBILITIES = ["all", "department", "own"] as const;
const USUAL = "department";

/** What agents see, and when the organization is open. */
export function WorkForm({ settings }: { settings: OrganizationSettings }) {
  const { t } = useTranslation();
  const kept = {
    agent_visibility: settings.agent_visibility ?? USUAL,
    business_hours: (settings.business_hours ?? {}) as Hours,
  };
  const [changes, setChanges] = useState<Partial<typeof kept>>({});
  const form = { ...kept, ...changes };
  const set = (more: typeof changes) => setChanges((before) => ({ ...before, ...more }));
  return (
    <SectionForm
      title={t("organization.work")}
      changed={JSON.stringify(form) !== JSON.stringify(kept)}
      onSend={async () => {
        await changeSettings(changes);
        setChanges({});
      }}
    >
      {(problems) => (
        <>
          <Radio.Group
            label={t("organization.visibility")}
            description={t("organization.visibilityHint")}
            value={form.agent_visibility}
            error={problems.agent_visibility}
            onChange={(agent_visibility) => set({ agent_visibility })}
          >
            <Stack gap="xs" mt="sm">
              {VISIBILITIES.map((each) => (
                <Radio
                  key={each}
                  value={each}
                  label={t(`organization.visibilities.${each}`)}
                  description={t(`organization.visibilityHints.${each}`)}
                />
              ))}
            </Stack>
          </Radio.Group>
          <BusinessHours
            value={form.business_hours}
            error={problems.business_hours}
            onChange={(business_hours) => set({ business_hours })}
          />
        </>
      )}
    </SectionForm>
  );
}
