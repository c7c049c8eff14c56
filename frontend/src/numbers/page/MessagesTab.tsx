import { Fieldset, NumberInput, SegmentedControl, Select, Stack, Text, Textarea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { readDepartments } from "@/api/departments";
import { keys } from "@/api/keys";
import type { WhatsAppNumber } from "@/api/types";
import { usePermission } from "@/auth/session";
import { BusinessHours, type Hours } from "@/settings/departments/BusinessHours";
import { SectionForm } from "@/settings/Section";
import type { TabProps } from "./tab";
import { saveNumber } from "./useNumberPage";

const MOST = 4096;
const AWAY_EVERY = 12;
const HIGHEST_RATE = 1000;

const formOf = (number: WhatsAppNumber) => ({
  welcome_message: number.welcome_message,
  away_message: number.away_message,
  business_hours: number.business_hours as Hours | null,
  away_every_hours: number.settings.away_every_hours ?? AWAY_EVERY,
});

function HoursChoice({
  value,
  error,
  onChange,
}: {
  value: Hours | null;
  error?: string;
  onChange: (hours: Hours | null) => void;
}) {
  const { t } = useTranslation();
  return (
    <Stack gap={6}>
      <Text size="sm" fw={500}>
        {t("number.messages.hours")}
      </Text>
      <SegmentedControl
        aria-label={t("number.messages.hours")}
        value={value === null ? "organization" : "own"}
        onChange={(chosen) => onChange(chosen === "own" ? {} : null)}
        data={[
          { value: "organization", label: t("number.messages.organizationHours") },
          { value: "own", label: t("number.messages.ownHours") },
        ]}
      />
      {value !== null && <BusinessHours value={value} error={error} onChange={onChange} />}
    </Stack>
  );
}

function Greetings({ number, mayManage }: TabProps) {
  const { t } = useTranslation();
  const before = formOf(number);
  const [form, setForm] = useState(before);
  const set = (some: Partial<typeof form>) => setForm((now) => ({ ...now, ...some }));
  const { away_every_hours, ...texts } = form;
  const message = (name: "welcome_message" | "away_message") => ({
    label: t(`number.messages.${name}`),
    description: t(`number.messages.hints.${name}`),
    maxLength: MOST,
    autosize: true,
    minRows: 2,
    maxRows: 8,
    value: form[name],
    onChange: (event: React.ChangeEvent<HTMLTextAreaElement>) => set({ [name]: event.currentTarget.value }),
  });
  return (
    <SectionForm
      title={t("number.messages.title")}
      about={t("number.messages.about")}
      changed={mayManage && JSON.stringify(form) !== JSON.stringify(before)}
      onSend={() => saveNumber(number.id, { ...texts, settings: { away_every_hours } })}
    >
      {(problems) => (
        <Fieldset variant="unstyled" disabled={!mayManage}>
          <Stack>
            <Textarea {...message("welcome_message")} error={problems.welcome_message} />
            <Textarea {...message("away_message")} error={problems.away_message} />
            <NumberInput
              label={t("number.messages.awayEvery")}
              min={1}
              max={168}
              allowDecimal={false}
              value={away_every_hours}
              error={problems["settings.away_every_hours"]}
              onChange={(value) => set({ away_every_hours: Number(value) || AWAY_EVERY })}
            />
            <HoursChoice
              value={form.business_hours}
              error={problems.business_hours}
              onChange={(business_hours) => set({ business_hours })}
            />
          </Stack>
        </Fieldset>
      )}
    </SectionForm>
  );
}

function Routing({ number, mayManage }: TabProps) {
  const { t } = useTranslation();
  const mayRead = usePermission("members.view");
  const departments = useQuery({
    queryKey: keys.departments,
    queryFn: ({ signal }) => readDepartments(signal),
    enabled: mayRead,
  });
  const before = {
    default_department_id: number.default_department_id,
    messages_per_second: number.messages_per_second,
  };
  const [form, setForm] = useState(before);
  return (
    <SectionForm
      title={t("number.routing.title")}
      changed={mayManage && JSON.stringify(form) !== JSON.stringify(before)}
      onSend={() => saveNumber(number.id, form)}
    >
      {(problems) => (
        <Fieldset variant="unstyled" disabled={!mayManage}>
          <Stack>
            {mayRead && (
              <Select
                label={t("number.routing.department")}
                description={t("number.routing.departmentHint")}
                placeholder={t("number.routing.none")}
                clearable
                disabled={!mayManage}
                data={departments.data?.map(({ id, name }) => ({ value: id, label: name })) ?? []}
                value={form.default_department_id}
                error={problems.default_department_id}
                onChange={(default_department_id) => setForm({ ...form, default_department_id })}
              />
            )}
            <NumberInput
              label={t("number.routing.rate")}
              description={t("number.routing.rateHint")}
              min={1}
              max={HIGHEST_RATE}
              allowDecimal={false}
              value={form.messages_per_second}
              error={problems.messages_per_second}
              onChange={(value) =>
                setForm({ ...form, messages_per_second: Number(value) || before.messages_per_second })
              }
            />
            {!mayManage && (
              <Text size="xs" c="var(--pt-muted)">
                {t("number.readOnly")}
              </Text>
            )}
          </Stack>
        </Fieldset>
      )}
    </SectionForm>
  );
}

/** What the number says by itself, and where its conversations go. */
export function MessagesTab(props: TabProps) {
  return (
    <Stack>
      <Greetings {...props} />
      <Routing {...props} />
    </Stack>
  );
}
