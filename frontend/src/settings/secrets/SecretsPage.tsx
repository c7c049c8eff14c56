import { ActionIcon, Badge, Button, Code, Group, Menu, Paper, Select, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import {
  IconCheckupList,
  IconDots,
  IconEye,
  IconKey,
  IconPencil,
  IconPlus,
  IconRefresh,
  IconTrash,
} from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Secret, SecretQuery } from "@/api/secrets";
import { validateSecret } from "@/api/secrets";
import { useProblemReport } from "@/api/useProblemText";
import { usePermission } from "@/auth/session";
import { dateAndTime } from "@/i18n/format";
import { ConfirmDialog } from "@/settings/ConfirmDialog";
import { SettingsPage } from "@/settings/SettingsPage";
import { RevealDialog } from "./RevealDialog";
import { NewValueDialog, SecretDialog } from "./SecretDialog";
import { removeSecret, rotateKey, useSecrets, useSecretStats } from "./useSecrets";

type Doing = "edit" | "reveal" | "rotate" | "remove";

const nameOf = ({ display_name, name }: Secret) => display_name || name;

interface RowProps {
  secret: Secret;
  onDo: (doing: Doing) => void;
}

function SecretMenu({ secret, onDo }: RowProps) {
  const { t } = useTranslation();
  const report = useProblemReport();
  const mayManage = usePermission("secrets.manage");
  const mayReveal = usePermission("secrets.reveal");
  if (!mayManage && !mayReveal) return null;
  const say = (message: string, color = "teal") => notifications.show({ color, message });
  const validate = async () => {
    const { valid, detail } = await validateSecret(secret.id);
    if (valid) say(t("secrets.valid", { name: nameOf(secret) }));
    else say(t("secrets.notValid", { name: nameOf(secret), detail }), "red");
  };
  const newKey = async () => {
    await rotateKey(secret.id);
    say(t("secrets.keyRotated", { name: nameOf(secret) }));
  };
  return (
    <Menu position="bottom-end" width={260}>
      <Menu.Target>
        <ActionIcon aria-label={t("secrets.actions", { name: nameOf(secret) })}>
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {mayReveal && (
          <Menu.Item leftSection={<IconEye size={16} />} onClick={() => onDo("reveal")}>
            {t("secrets.reveal")}
          </Menu.Item>
        )}
        {mayManage && (
          <>
            <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => onDo("edit")}>
              {t("settings.edit")}
            </Menu.Item>
            <Menu.Item leftSection={<IconRefresh size={16} />} onClick={() => onDo("rotate")}>
              {t("secrets.rotate")}
            </Menu.Item>
            <Menu.Item leftSection={<IconKey size={16} />} onClick={() => void newKey().catch(report)}>
              {t("secrets.rotateKey")}
            </Menu.Item>
            <Menu.Item
              leftSection={<IconCheckupList size={16} />}
              onClick={() => void validate().catch(report)}
            >
              {t("secrets.validate")}
            </Menu.Item>
            <Menu.Divider />
            <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={() => onDo("remove")}>
              {t("settings.remove")}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

function SecretRow({ secret, onDo }: RowProps) {
  const { t } = useTranslation();
  const { name, description, is_active, scope, usage_count, last_used_at } = secret;
  const used =
    last_used_at === null
      ? t("secrets.neverUsed")
      : `${t("secrets.uses", { count: usage_count })} · ${t("secrets.lastUse", { at: dateAndTime(last_used_at) })}`;
  return (
    <Paper withBorder p="md" radius="lg" data-testid="secret">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div style={{ minWidth: 0 }}>
          <Group gap="xs">
            <Text fw={600} style={{ overflowWrap: "anywhere" }}>
              {nameOf(secret)}
            </Text>
            <Code>{name}</Code>
            {!is_active && <Badge color="gray">{t("secrets.inactive")}</Badge>}
            {scope === "chatbot" && <Badge color="violet">{t("secrets.scopes.chatbot")}</Badge>}
          </Group>
          {description !== "" && (
            <Text size="sm" lineClamp={2}>
              {description}
            </Text>
          )}
          <Text size="sm" c="var(--pt-muted)">
            {used}
          </Text>
          <Text size="xs" c="var(--pt-muted)">
            {t("secrets.rotatedAt", { at: dateAndTime(secret.rotated_at) })} ·{" "}
            {t(`secrets.providers.${secret.provider}`)}
          </Text>
        </div>
        <SecretMenu secret={secret} onDo={onDo} />
      </Group>
    </Paper>
  );
}

function Filters({ query, onChange }: { query: SecretQuery; onChange: (query: SecretQuery) => void }) {
  const { t } = useTranslation();
  const active = query.is_active === undefined ? "all" : String(query.is_active);
  return (
    <Group gap="sm">
      <Select
        w={170}
        aria-label={t("secrets.state")}
        allowDeselect={false}
        data={(["all", "true", "false"] as const).map((value) => ({
          value,
          label: t(`secrets.states.${value}`),
        }))}
        value={active}
        onChange={(value) =>
          onChange({ ...query, is_active: value === "all" ? undefined : value === "true" })
        }
      />
      <Select
        w={190}
        aria-label={t("secrets.scope")}
        allowDeselect={false}
        data={(["all", "organization", "chatbot"] as const).map((value) => ({
          value,
          label: t(`secrets.scopes.${value}`),
        }))}
        value={query.scope ?? "all"}
        onChange={(value) =>
          onChange({ ...query, scope: value === "organization" || value === "chatbot" ? value : undefined })
        }
      />
    </Group>
  );
}

function Stats() {
  const { t } = useTranslation();
  const { data } = useSecretStats();
  if (data === undefined || data.total === 0) return null;
  return (
    <Text size="sm" c="var(--pt-muted)">
      {[
        t("secrets.total", { count: data.total }),
        t("secrets.activeCount", { count: data.active }),
        t("secrets.uses", { count: data.uses }),
      ].join(" · ")}
    </Text>
  );
}

export function SecretsPage() {
  const { t } = useTranslation();
  const mayManage = usePermission("secrets.manage");
  const [query, setQuery] = useState<SecretQuery>({});
  const list = useSecrets(query);
  const [adding, setAdding] = useState(false);
  const [chosen, setChosen] = useState<{ secret: Secret; doing: Doing } | null>(null);
  const close = () => setChosen(null);
  return (
    <SettingsPage
      section="secrets"
      query={list}
      action={
        mayManage && (
          <Button leftSection={<IconPlus size={17} />} onClick={() => setAdding(true)}>
            {t("secrets.new")}
          </Button>
        )
      }
    >
      <Group justify="space-between">
        <Filters query={query} onChange={setQuery} />
        <Stats />
      </Group>
      {list.secrets.length === 0 && <Text c="var(--pt-muted)">{t("secrets.none")}</Text>}
      {list.secrets.map((secret) => (
        <SecretRow key={secret.id} secret={secret} onDo={(doing) => setChosen({ secret, doing })} />
      ))}
      {list.hasNextPage && (
        <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t("secrets.more")}
        </Button>
      )}
      {adding && <SecretDialog secret={null} onClose={() => setAdding(false)} />}
      {chosen?.doing === "edit" && <SecretDialog secret={chosen.secret} onClose={close} />}
      {chosen?.doing === "rotate" && <NewValueDialog secret={chosen.secret} onClose={close} />}
      {chosen?.doing === "reveal" && <RevealDialog secret={chosen.secret} onClose={close} />}
      <ConfirmDialog
        name={chosen?.doing === "remove" ? nameOf(chosen.secret) : null}
        detail={t("secrets.removeDetail")}
        onClose={close}
        onConfirm={() => removeSecret(chosen?.secret.id ?? "")}
      />
    </SettingsPage>
  );
}
