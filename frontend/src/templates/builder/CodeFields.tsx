import { Button, Checkbox, Group, NumberInput, Select, Stack, Switch, Text, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { list, text, type Fields } from "@/inbox/thread/body/content";
import type { Draft } from "./draft";
import type { Checks } from "./useCheck";

const OTP_TYPES = ["COPY_CODE", "ONE_TAP", "ZERO_TAP"] as const;
const MOST_APPS = 5;
const PACKAGE = "com.example.app";

const without = (values: Fields, ...names: string[]): Fields =>
  Object.fromEntries(Object.entries(values).filter(([name]) => !names.includes(name)));

interface AppsProps {
  apps: Fields[];
  place: string;
  checks: Checks;
  onChange: (apps: Fields[]) => void;
}

/** The apps that may take the code by themselves. */
function Apps({ apps, place, checks, onChange }: AppsProps) {
  const { t } = useTranslation();
  const field = (at: number, name: "package_name" | "signature_hash") => ({
    label: t(`templates.code.${name}`),
    value: text(apps[at]?.[name]),
    error: checks.at(`${place}[${at}].${name}`),
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => {
      const value = event.currentTarget.value.trim();
      onChange(apps.map((each, index) => (index === at ? { ...each, [name]: value } : each)));
    },
  });
  return (
    <Stack gap="xs">
      <Text size="sm" c="var(--pt-muted)">
        {t("templates.code.appsDetail")}
      </Text>
      {apps.map((_, at) => (
        <Group key={at} grow align="flex-start">
          <TextInput {...field(at, "package_name")} placeholder={PACKAGE} />
          <TextInput {...field(at, "signature_hash")} maxLength={11} />
        </Group>
      ))}
      <Group gap="xs">
        {apps.length < MOST_APPS && (
          <Button
            size="compact-sm"
            variant="subtle"
            leftSection={<IconPlus size={15} />}
            onClick={() => onChange([...apps, { package_name: "", signature_hash: "" }])}
          >
            {t("templates.code.addApp")}
          </Button>
        )}
        {apps.length > 1 && (
          <Button size="compact-sm" variant="subtle" color="red" onClick={() => onChange(apps.slice(0, -1))}>
            {t("templates.code.removeApp")}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

interface Props {
  code: Draft["code"];
  /** Of the footer and of the button: `components[1]`, `components[2].buttons[0]`. */
  footer: string;
  place: string;
  checks: Checks;
  onChange: (code: Draft["code"]) => void;
}

/** A one-time password: Meta writes its text, we say how it is handed over. */
export function CodeFields({ code, footer, place, checks, onChange }: Props) {
  const { t } = useTranslation();
  const { security, minutes, button } = code;
  const type = text(button.otp_type).toUpperCase();
  const set = (changes: Fields) => onChange({ ...code, button: { ...button, ...changes } });
  const change = (otp_type: string) => {
    const rest = without(button, "supported_apps", "zero_tap_terms_accepted");
    const apps = list(button.supported_apps);
    const there = apps.length > 0 ? apps : [{ package_name: "", signature_hash: "" }];
    onChange({
      ...code,
      button: otp_type === "COPY_CODE" ? { ...rest, otp_type } : { ...rest, otp_type, supported_apps: there },
    });
  };
  return (
    <Stack gap="sm">
      <Text size="sm" c="var(--pt-muted)">
        {t("templates.code.about")}
      </Text>
      <Select
        label={t("templates.code.how")}
        allowDeselect={false}
        data={OTP_TYPES.map((value) => ({ value, label: t(`templates.code.types.${value}`) }))}
        value={type}
        error={checks.at(`${place}.otp_type`)}
        onChange={(value) => change(value ?? "COPY_CODE")}
      />
      <TextInput
        label={t("templates.buttonFields.text")}
        description={t("templates.code.labelDetail")}
        value={text(button.text)}
        error={checks.at(`${place}.text`)}
        onChange={(event) => {
          const label = event.currentTarget.value;
          onChange({ ...code, button: label === "" ? without(button, "text") : { ...button, text: label } });
        }}
      />
      {type !== "COPY_CODE" && (
        <Apps
          apps={list(button.supported_apps)}
          place={`${place}.supported_apps`}
          checks={checks}
          onChange={(supported_apps) => set({ supported_apps })}
        />
      )}
      {type === "ZERO_TAP" && (
        <Checkbox
          label={t("templates.code.terms")}
          checked={button.zero_tap_terms_accepted === true}
          error={checks.at(`${place}.zero_tap_terms_accepted`)}
          onChange={(event) => set({ zero_tap_terms_accepted: event.currentTarget.checked })}
        />
      )}
      <Switch
        label={t("templates.code.security")}
        checked={security}
        onChange={(event) => onChange({ ...code, security: event.currentTarget.checked })}
      />
      <NumberInput
        label={t("templates.code.minutes")}
        description={t("templates.code.minutesDetail")}
        min={1}
        max={90}
        allowDecimal={false}
        value={minutes ?? ""}
        error={checks.at(`${footer}.code_expiration_minutes`)}
        onChange={(value) => onChange({ ...code, minutes: value === "" ? null : Number(value) })}
      />
    </Stack>
  );
}
