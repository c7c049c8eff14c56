import { Fieldset, Group, Stack, Switch, Text, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";

const DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;

interface DayHours {
  enabled: boolean;
  start?: string;
  end?: string;
}

export type Hours = Record<string, DayHours>;

interface Props {
  value: Hours;
  error?: string;
  onChange: (hours: Hours) => void;
}

/** The week's hours; a department without any is always open. */
export function BusinessHours({ value, error, onChange }: Props) {
  const { t } = useTranslation();
  const change = (day: string, hours: DayHours) => onChange({ ...value, [day]: hours });
  const always = Object.keys(value).length === 0;
  const begin = () =>
    onChange(
      Object.fromEntries(
        DAYS.map((day, index) => [
          day,
          index < 5 ? { enabled: true, start: "09:00", end: "18:00" } : { enabled: false },
        ]),
      ),
    );
  return (
    <Fieldset legend={t("departments.hours")}>
      <Stack gap={6}>
        <Switch
          label={t("departments.always")}
          checked={always}
          onChange={(event) => (event.currentTarget.checked ? onChange({}) : begin())}
        />
        {!always &&
          DAYS.map((day) => {
            const hours = value[day] ?? { enabled: true, start: "00:00", end: "23:59" };
            const name = t(`departments.days.${day}`);
            return (
              <Group key={day} gap="xs">
                <Switch
                  w={130}
                  label={name}
                  checked={hours.enabled}
                  onChange={(event) =>
                    change(
                      day,
                      event.currentTarget.checked
                        ? { enabled: true, start: "09:00", end: "18:00" }
                        : { enabled: false },
                    )
                  }
                />
                {hours.enabled && (
                  <Group gap={4} wrap="nowrap">
                    <TextInput
                      type="time"
                      size="xs"
                      aria-label={`${name}: ${t("departments.from")}`}
                      value={hours.start}
                      onChange={(event) => change(day, { ...hours, start: event.currentTarget.value })}
                    />
                    <Text size="sm">{t("departments.to")}</Text>
                    <TextInput
                      type="time"
                      size="xs"
                      aria-label={`${name}: ${t("departments.to")}`}
                      value={hours.end}
                      onChange={(event) => change(day, { ...hours, end: event.currentTarget.value })}
                    />
                  </Group>
                )}
              </Group>
            );
          })}
        {error !== undefined && (
          <Text size="xs" c="var(--pt-danger)" data-problem>
            {error}
          </Text>
        )}
      </Stack>
    </Fieldset>
  );
}
