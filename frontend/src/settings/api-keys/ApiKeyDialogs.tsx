import { Alert, Button, Code, Group, NumberInput, Select, Stack, Text, TextInput } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ApiKey, MadeApiKey } from "@/api/apiKeys";
import { Dialog } from "@/layout/Dialog";
import { CopyField } from "@/layout/CopyField";
import { FormDialog } from "@/settings/FormDialog";
import { ScopeChecks } from "./ScopeChecks";
import { createApiKey, renameApiKey } from "./useApiKeys";

const LIVES = ["30", "90", "365", "never"] as const;
const DAY = 86_400_000;
const DEFAULT_RATE = 600;

function endOf(life: string): string | null {
  return life === "never" ? null : new Date(Date.now() + Number(life) * DAY).toISOString();
}

interface NewProps {
  onClose: () => void;
  onMade: (made: MadeApiKey) => void;
}

export function NewApiKeyDialog({ onClose, onMade }: NewProps) {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<string[]>([]);
  const [life, setLife] = useState<string>("90");
  const [rate, setRate] = useState<string | number>(DEFAULT_RATE);
  const send = async () => {
    const made = await createApiKey({
      name,
      scopes,
      expires_at: endOf(life),
      requests_per_minute: rate === "" ? DEFAULT_RATE : Number(rate),
    });
    onMade(made);
  };
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={t("apiKeys.new")}
      does={t("apiKeys.make")}
      size="xl"
      lacking={scopes.length === 0 ? { scopes: t("apiKeys.noScope") } : {}}
      onSend={send}
    >
      {(problems) => (
        <>
          <TextInput
            label={t("apiKeys.name")}
            description={t("apiKeys.nameDetail")}
            required
            data-autofocus
            maxLength={100}
            value={name}
            error={problems.name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Group grow align="flex-start">
            <Select
              label={t("apiKeys.life")}
              allowDeselect={false}
              data={LIVES.map((value) => ({ value, label: t(`apiKeys.lives.${value}`) }))}
              value={life}
              error={problems.expires_at}
              onChange={(value) => setLife(value ?? "90")}
            />
            <NumberInput
              label={t("apiKeys.rate")}
              min={1}
              max={10_000}
              allowDecimal={false}
              value={rate}
              error={problems.requests_per_minute}
              onChange={setRate}
            />
          </Group>
          <ScopeChecks value={scopes} error={problems.scopes} onChange={setScopes} />
        </>
      )}
    </FormDialog>
  );
}

/** The one time that a key is shown; it closes by its button alone, so that no stray click loses the key. */
export function MadeApiKeyDialog({ made, onClose }: { made: MadeApiKey; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog
      opened
      onClose={onClose}
      title={t("apiKeys.made", { name: made.name })}
      size="lg"
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      <Stack>
        <Alert color="yellow" icon={<IconAlertTriangle size={20} />}>
          {t("apiKeys.onlyOnce")}
        </Alert>
        <CopyField label={t("apiKeys.key")} value={made.key} />
        <div>
          <Text size="sm" fw={500} mb={4}>
            {t("apiKeys.example")}
          </Text>
          <Code block style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
            {`curl ${location.origin}/api/v1/contacts/ \\\n  -H "Authorization: Bearer ${made.key}"`}
          </Code>
        </div>
        <Group justify="flex-end">
          <Button onClick={onClose}>{t("apiKeys.kept")}</Button>
        </Group>
      </Stack>
    </Dialog>
  );
}

export function RenameApiKeyDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState(apiKey.name);
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={t("apiKeys.rename", { name: apiKey.name })}
      onSend={() => renameApiKey(apiKey.id, name)}
    >
      {(problems) => (
        <TextInput
          label={t("apiKeys.name")}
          required
          data-autofocus
          maxLength={100}
          value={name}
          error={problems.name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
      )}
    </FormDialog>
  );
}
