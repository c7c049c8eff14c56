import { Button, NumberInput, Paper, Stack, Switch, Table, TextInput, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconSend } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import * as api from "@/api/notices";
import type { KindPreference, NoticePreferenceChanges, NoticePreferences } from "@/api/notices";
import { useProblemReport, useProblemText } from "@/api/useProblemText";
import { useMe } from "@/auth/session";
import { SettingsPage } from "@/settings/SettingsPage";
import classes from "./notices.module.css";
import { changePreferences, useNoticePreferences } from "./useNoticePreferences";

const MAIN = ["in_app_enabled", "websocket_enabled", "email_enabled"] as const;
const CHANNELS = ["in_app", "socket", "email"] as const;
const MAIN_OF = { in_app: "in_app_enabled", socket: "websocket_enabled", email: "email_enabled" } as const;
const CONVERSATIONS = ["conversation_", "sla_", "new_contact", "campaign_"];
const TEAM = ["member_", "invitation_", "agent_", "number_", "plan_"];

type Change = (changes: NoticePreferenceChanges) => void;

interface Props {
  preferences: NoticePreferences;
  change: Change;
}

function groupOf({ kind }: KindPreference): "conversations" | "team" | "account" {
  const isOne = (beginnings: string[]) => beginnings.some((each) => kind.startsWith(each));
  return isOne(CONVERSATIONS) ? "conversations" : isOne(TEAM) ? "team" : "account";
}

function MainSwitches({ preferences, change }: Props) {
  const { t } = useTranslation();
  return (
    <Paper withBorder p="md" radius="lg">
      <Title order={2} size="h5" mb="sm">
        {t("notices.main.title")}
      </Title>
      <Stack gap="sm">
        {MAIN.map((name) => (
          <Switch
            key={name}
            label={t(`notices.main.${name}`)}
            description={t(`notices.main.${name}Detail`)}
            checked={preferences[name]}
            onChange={(event) => change({ [name]: event.currentTarget.checked })}
          />
        ))}
      </Stack>
    </Paper>
  );
}

/** A time that is sent when the field is left: while it is typed it is none yet. */
function Clock({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
}) {
  const [typed, setTyped] = useState(value);
  return (
    <TextInput
      type="time"
      label={label}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={() => {
        if (typed === "") setTyped(value);
        else if (typed !== value) onChange(typed);
      }}
    />
  );
}

function QuietHours({ preferences, change }: Props) {
  const { t } = useTranslation();
  const me = useMe();
  const zone = me.timezone === "" ? me.organization.timezone : me.timezone;
  const { quiet_hours_enabled, quiet_hours_start, quiet_hours_end, max_emails_per_hour } = preferences;
  const [most, setMost] = useState<string | number>(max_emails_per_hour);
  const sendMost = () => {
    const number = Number(most);
    if (most === "" || number < 1) setMost(max_emails_per_hour);
    else if (number !== max_emails_per_hour) change({ max_emails_per_hour: number });
  };
  return (
    <Paper withBorder p="md" radius="lg">
      <Title order={2} size="h5" mb="sm">
        {t("notices.quiet.title")}
      </Title>
      <Stack gap="sm">
        <Switch
          label={t("notices.quiet.enabled")}
          description={t("notices.quiet.detail", { zone: zone.replaceAll("_", " ") })}
          checked={quiet_hours_enabled}
          onChange={(event) => change({ quiet_hours_enabled: event.currentTarget.checked })}
        />
        {quiet_hours_enabled && (
          <div className={classes.clocks}>
            <Clock
              key={`from ${quiet_hours_start}`}
              label={t("notices.quiet.from")}
              value={quiet_hours_start}
              onChange={(value) => change({ quiet_hours_start: value })}
            />
            <Clock
              key={`to ${quiet_hours_end}`}
              label={t("notices.quiet.to")}
              value={quiet_hours_end}
              onChange={(value) => change({ quiet_hours_end: value })}
            />
          </div>
        )}
        <NumberInput
          maw={280}
          label={t("notices.quiet.perHour")}
          description={t("notices.quiet.perHourDetail")}
          min={1}
          max={100}
          clampBehavior="strict"
          allowDecimal={false}
          value={most}
          onChange={setMost}
          onBlur={sendMost}
        />
      </Stack>
    </Paper>
  );
}

function KindRow({ about, preferences, change }: Props & { about: KindPreference }) {
  const { t } = useTranslation();
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={400}>
        {about.name}
      </Table.Th>
      {CHANNELS.map((channel) => {
        const open = preferences[MAIN_OF[channel]];
        const label = t("notices.switch", { kind: about.name, channel: t(`notices.channels.${channel}`) });
        return (
          <Table.Td key={channel}>
            <Switch
              size="sm"
              aria-label={label}
              title={open ? undefined : t("notices.off")}
              disabled={!open}
              checked={about[channel]}
              onChange={(event) =>
                change({ kinds: [{ kind: about.kind, [channel]: event.currentTarget.checked }] })
              }
            />
          </Table.Td>
        );
      })}
    </Table.Tr>
  );
}

function Kinds({ preferences, change }: Props) {
  const { t } = useTranslation();
  return (
    <Paper withBorder p="md" radius="lg">
      <Title order={2} size="h5" mb="xs">
        {t("notices.kinds")}
      </Title>
      <Table className={classes.kinds} verticalSpacing={8} horizontalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("notices.kindColumn")}</Table.Th>
            {CHANNELS.map((channel) => (
              <Table.Th key={channel} className={classes.channel}>
                {t(`notices.channels.${channel}`)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        {(["conversations", "team", "account"] as const).map((group) => {
          const kinds = preferences.kinds.filter((each) => groupOf(each) === group);
          if (kinds.length === 0) return null;
          return (
            <Table.Tbody key={group}>
              <Table.Tr>
                <Table.Th colSpan={4} scope="rowgroup" className={classes.group}>
                  {t(`notices.groups.${group}`)}
                </Table.Th>
              </Table.Tr>
              {kinds.map((about) => (
                <KindRow key={about.kind} about={about} preferences={preferences} change={change} />
              ))}
            </Table.Tbody>
          );
        })}
      </Table>
    </Paper>
  );
}

function TestButton() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const test = useMutation({
    mutationFn: api.sendTest,
    onSuccess: () => notifications.show({ color: "teal", message: t("notices.testSent") }),
    onError: (error) => notifications.show({ color: "red", message: problemText(error) }),
  });
  return (
    <Button
      variant="light"
      leftSection={<IconSend size={17} />}
      loading={test.isPending}
      onClick={() => test.mutate()}
    >
      {t("notices.test")}
    </Button>
  );
}

/** Of what I want to be told, and by which way. */
export function NoticePreferencesPage() {
  const preferences = useNoticePreferences();
  const report = useProblemReport();
  const change: Change = (changes) => {
    changePreferences(changes).catch(report);
  };
  return (
    <SettingsPage section="notices" query={preferences} action={<TestButton />}>
      {preferences.data !== undefined && (
        <>
          <MainSwitches preferences={preferences.data} change={change} />
          <Kinds preferences={preferences.data} change={change} />
          <QuietHours preferences={preferences.data} change={change} />
        </>
      )}
    </SettingsPage>
  );
}
