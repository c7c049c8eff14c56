import { NumberInput, SimpleGrid } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Retention } from "@/api/privacy";
import { SectionForm } from "@/settings/Section";
import { changeRetention } from "./usePrivacy";

/** The fewest and the most days that the API takes. */
const BOUNDS = {
  messages_days: [30, 3650],
  media_days: [7, 3650],
  raw_webhooks_days: [1, 365],
  logs_days: [1, 14],
} as const;
const NAMES = ["messages_days", "media_days", "raw_webhooks_days", "logs_days"] as const;

/** How long what customers wrote is kept. */
export function RetentionForm({ retention }: { retention: Retention }) {
  const { t } = useTranslation();
  const [changes, setChanges] = useState<Partial<Retention>>({});
  const form = { ...retention, ...changes };
  return (
    <SectionForm
      title={t("privacy.retention")}
      about={t("privacy.retentionHint")}
      changed={NAMES.some((name) => form[name] !== retention[name])}
      onSend={async () => {
        await changeRetention(form);
        setChanges({});
      }}
    >
      {(problems) => (
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          {NAMES.map((name) => {
            const [fewest, most] = BOUNDS[name];
            return (
              <NumberInput
                key={name}
                label={t(`privacy.keep.${name}`)}
                description={`${t("privacy.bounds", { fewest, most })} ${t(name === "logs_days" ? "privacy.asInstalled" : "privacy.forEver")}`}
                suffix={t("privacy.days")}
                allowDecimal={false}
                allowNegative={false}
                min={fewest}
                max={most}
                value={form[name] ?? ""}
                error={problems[name]}
                onChange={(value) =>
                  setChanges((before) => ({ ...before, [name]: value === "" ? null : Number(value) }))
                }
              />
            );
          })}
        </SimpleGrid>
      )}
    </SectionForm>
  );
}
