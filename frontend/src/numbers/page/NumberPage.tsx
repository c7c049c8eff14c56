import { ActionIcon, Alert, Badge, Group, Stack, Tabs, Text, Title } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { WhatsAppNumber } from "@/api/types";
import { usePermission } from "@/auth/session";
import { phoneText } from "@/i18n/phone";
import { COLORS } from "../colors";
import classes from "../numbers.module.css";
import { AutomationTab } from "./AutomationTab";
import { BlockedTab } from "./BlockedTab";
import { CostsTab } from "./CostsTab";
import { Loaded } from "./Loaded";
import { MessagesTab } from "./MessagesTab";
import { OverviewTab } from "./OverviewTab";
import { ProfileTab } from "./ProfileTab";
import { QrCodesTab } from "./QrCodesTab";
import { RegistrationTab } from "./RegistrationTab";
import type { TabProps } from "./tab";
import { useNumber } from "./useNumberPage";

interface Tab {
  key: "overview" | "profile" | "messages" | "qrCodes" | "automation" | "costs" | "blocked" | "registration";
  Content: React.ComponentType<TabProps>;
  /** Only numbers of Meta's own API have this. */
  cloudOnly?: boolean;
  /** Only for those who manage numbers. */
  managed?: boolean;
}

const TABS: Tab[] = [
  { key: "overview", Content: OverviewTab },
  { key: "profile", Content: ProfileTab, cloudOnly: true },
  { key: "messages", Content: MessagesTab },
  { key: "qrCodes", Content: QrCodesTab, cloudOnly: true },
  { key: "automation", Content: AutomationTab, cloudOnly: true },
  { key: "costs", Content: CostsTab, cloudOnly: true, managed: true },
  { key: "blocked", Content: BlockedTab, cloudOnly: true, managed: true },
  { key: "registration", Content: RegistrationTab, cloudOnly: true, managed: true },
];

function Head({ number }: { number?: WhatsAppNumber }) {
  const { t } = useTranslation();
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start">
      <ActionIcon renderRoot={(props) => <Link to="/numbers" {...props} />} aria-label={t("numbers.qr.back")}>
        <IconArrowLeft size={20} />
      </ActionIcon>
      {number !== undefined && (
        <div>
          <Group gap="xs">
            <Title order={1} size="h3">
              {number.verified_name || number.display_phone_number}
            </Title>
            <Badge variant="light" color={COLORS[number.status]}>
              {t(`numbers.status.${number.status}`)}
            </Badge>
          </Group>
          <Text size="sm" c="var(--pt-muted)">
            {[phoneText(number.display_phone_number), number.username && `@${number.username}`]
              .filter(Boolean)
              .join(" · ")}
          </Text>
        </div>
      )}
    </Group>
  );
}

function Parts({ number }: { number: WhatsAppNumber }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const mayManage = usePermission("numbers.manage");
  const { tab } = useSearch({ from: "/app/numbers/$numberId" });
  const shown = TABS.filter(
    ({ cloudOnly, managed }) => (!cloudOnly || number.provider === "cloud") && (!managed || mayManage),
  );
  const chosen = shown.find(({ key }) => key === tab) ?? shown[0];
  const go = (key: string | null) =>
    void navigate({
      to: "/numbers/$numberId",
      params: { numberId: number.id },
      search: { tab: key ?? undefined },
      replace: true,
    });
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current
      ?.querySelector("[aria-selected='true']")
      ?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [chosen?.key]);
  return (
    <Tabs value={chosen?.key} onChange={go} keepMounted={false}>
      <Tabs.List ref={list} className={classes.tabs}>
        {shown.map(({ key }) => (
          <Tabs.Tab key={key} value={key}>
            {t(`number.tabs.${key}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {shown.map(({ key, Content }) => (
        <Tabs.Panel key={key} value={key} pt="lg">
          <Content number={number} mayManage={mayManage} />
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}

/** One number: how it is, what customers see of it, and what can be done with it. */
export function NumberPage() {
  const { t } = useTranslation();
  const { numberId } = useParams({ from: "/app/numbers/$numberId" });
  const mayView = usePermission("numbers.view");
  const number = useNumber(numberId);
  return (
    <main className={classes.page}>
      <Stack className={classes.content} gap="lg">
        <Head number={number.data} />
        {mayView ? (
          <Loaded query={number}>{(data) => <Parts key={data.id} number={data} />}</Loaded>
        ) : (
          <Alert color="red" role="alert">
            {t("common.problem.kinds.forbidden")}
          </Alert>
        )}
      </Stack>
    </main>
  );
}
