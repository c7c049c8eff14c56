import { ActionIcon, Badge, Button, Code, Group, Paper, Spoiler, Text, Tooltip } from "@mantine/core";
import { IconPencil, IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ApiKey, MadeApiKey } from "@/api/apiKeys";
import { dateAndTime } from "@/i18n/format";
import { useColleagues } from "@/inbox/useColleagues";
import { ConfirmDialog } from "@/settings/ConfirmDialog";
import { usePermissionText } from "@/settings/roles/usePermissionText";
import { usePermissionGroups } from "@/settings/roles/useRoles";
import { SettingsPage } from "@/settings/SettingsPage";
import { MadeApiKeyDialog, NewApiKeyDialog, RenameApiKeyDialog } from "./ApiKeyDialogs";
import { revokeApiKey, useApiKeys } from "./useApiKeys";

/** What a key may do, in words. */
function Scopes({ scopes }: { scopes: readonly string[] }) {
  const { t } = useTranslation();
  const text = usePermissionText();
  const known = (usePermissionGroups().data ?? []).flatMap(({ permissions }) => permissions);
  const words = scopes.map((name) =>
    text(known.find((each) => each.name === name) ?? { name, description: name }),
  );
  return (
    <Spoiler maxHeight={44} showLabel={t("apiKeys.showAll")} hideLabel={t("apiKeys.showLess")}>
      <Text size="sm">{words.join(" · ")}</Text>
    </Spoiler>
  );
}

interface RowProps {
  apiKey: ApiKey;
  onRename: () => void;
  onRevoke: () => void;
}

function ApiKeyRow({ apiKey, onRename, onRevoke }: RowProps) {
  const { t } = useTranslation();
  const { name, prefix, scopes, last_used_at, expires_at, created_by } = apiKey;
  const maker = useColleagues().find(({ id }) => id === created_by)?.full_name;
  const [now] = useState(() => Date.now());
  const over = expires_at !== null && Date.parse(expires_at) <= now;
  return (
    <Paper withBorder p="md" radius="lg" data-testid="api-key">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div style={{ minWidth: 0 }}>
          <Group gap="xs">
            <Text fw={600} style={{ overflowWrap: "anywhere" }}>
              {name}
            </Text>
            <Code>pk_{prefix}_…</Code>
            {over && <Badge color="red">{t("apiKeys.over")}</Badge>}
          </Group>
          <Scopes scopes={scopes} />
          <Text size="sm" c="var(--pt-muted)">
            {last_used_at === null
              ? t("apiKeys.neverUsed")
              : t("apiKeys.lastUse", { at: dateAndTime(last_used_at) })}
            {" · "}
            {expires_at === null ? t("apiKeys.noEnd") : t("apiKeys.endsAt", { at: dateAndTime(expires_at) })}
          </Text>
          <Text size="xs" c="var(--pt-muted)">
            {t("apiKeys.createdAt", { at: dateAndTime(apiKey.created_at) })}
            {maker !== undefined && ` · ${maker}`} ·{" "}
            {t("apiKeys.perMinute", { count: apiKey.requests_per_minute })}
          </Text>
        </div>
        <Group gap={4} wrap="nowrap">
          <Tooltip label={t("apiKeys.renameDo")}>
            <ActionIcon aria-label={`${t("apiKeys.renameDo")}: ${name}`} onClick={onRename}>
              <IconPencil size={18} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label={t("apiKeys.revoke")}>
            <ActionIcon color="red" aria-label={`${t("apiKeys.revoke")}: ${name}`} onClick={onRevoke}>
              <IconTrash size={18} />
            </ActionIcon>
          </Tooltip>
        </Group>
      </Group>
    </Paper>
  );
}

export function ApiKeysPage() {
  const { t } = useTranslation();
  const list = useApiKeys();
  const [adding, setAdding] = useState(false);
  const [made, setMade] = useState<MadeApiKey | null>(null);
  const [renamed, setRenamed] = useState<ApiKey | null>(null);
  const [revoked, setRevoked] = useState<ApiKey | null>(null);
  return (
    <SettingsPage
      section="apiKeys"
      query={list}
      action={
        <Button leftSection={<IconPlus size={17} />} onClick={() => setAdding(true)}>
          {t("apiKeys.new")}
        </Button>
      }
    >
      {list.data?.length === 0 && <Text c="var(--pt-muted)">{t("apiKeys.none")}</Text>}
      {list.data?.map((apiKey) => (
        <ApiKeyRow
          key={apiKey.id}
          apiKey={apiKey}
          onRename={() => setRenamed(apiKey)}
          onRevoke={() => setRevoked(apiKey)}
        />
      ))}
      {adding && <NewApiKeyDialog onClose={() => setAdding(false)} onMade={setMade} />}
      {made !== null && <MadeApiKeyDialog made={made} onClose={() => setMade(null)} />}
      {renamed !== null && <RenameApiKeyDialog apiKey={renamed} onClose={() => setRenamed(null)} />}
      <ConfirmDialog
        name={revoked?.name ?? null}
        title={t("apiKeys.revokeTitle", { name: revoked?.name ?? "" })}
        does={t("apiKeys.revoke")}
        detail={t("apiKeys.revokeDetail")}
        onClose={() => setRevoked(null)}
        onConfirm={() => revokeApiKey(revoked?.id ?? "")}
      />
    </SettingsPage>
  );
}
