import { Button, Group, PasswordInput, Select, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Organization } from "@/api/organization";
import { useMe } from "@/auth/session";
import { useColleagues } from "@/inbox/useColleagues";
import { FormDialog } from "@/settings/FormDialog";
import { Section } from "@/settings/Section";
import { askForDeletion, transferOwnership } from "./useOrganization";

interface PasswordProps {
  value: string;
  error: string | undefined;
  onChange: (password: string) => void;
}

function OwnPassword({ value, error, onChange }: PasswordProps) {
  const { t } = useTranslation();
  return (
    <PasswordInput
      label={t("organization.password")}
      required
      autoComplete="current-password"
      value={value}
      error={error}
      visibilityToggleButtonProps={{ "aria-label": t("organization.showPassword") }}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

function TransferDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const me = useMe();
  const heirs = useColleagues().filter(({ id }) => id !== me.id);
  const [heir, setHeir] = useState<string | null>(null);
  const [password, setPassword] = useState("");
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={t("organization.transfer")}
      does={t("organization.transferDo")}
      danger
      onSend={() => transferOwnership(heir ?? "", password)}
    >
      {(problems) => (
        <>
          <Text size="sm">{t("organization.transferDetail")}</Text>
          <Select
            label={t("organization.heir")}
            required
            searchable
            data-autofocus
            nothingFoundMessage={t("organization.nothingFound")}
            data={heirs.map(({ id, full_name }) => ({ value: id, label: full_name }))}
            value={heir}
            error={problems.user_id}
            onChange={setHeir}
          />
          <OwnPassword value={password} error={problems.password} onChange={setPassword} />
        </>
      )}
    </FormDialog>
  );
}

function DeleteDialog({ organization, onClose }: { organization: Organization; onClose: () => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={t("organization.deleteTitle", { name: organization.name })}
      does={t("organization.deleteDo")}
      danger
      onSend={() => askForDeletion(name, password)}
    >
      {(problems) => (
        <>
          <Text size="sm">{t("organization.deleteDetail")}</Text>
          <TextInput
            label={t("organization.typeName", { name: organization.name })}
            required
            data-autofocus
            autoComplete="off"
            value={name}
            error={problems.name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <OwnPassword value={password} error={problems.password} onChange={setPassword} />
        </>
      )}
    </FormDialog>
  );
}

/** What only owners do, and what can't simply be undone. */
export function DangerZone({ organization }: { organization: Organization }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<"transfer" | "delete" | null>(null);
  const close = () => setAsked(null);
  return (
    <Section title={t("organization.danger")} danger>
      <Group justify="space-between" gap="xs">
        <Text size="sm" flex="1 1 240px">
          {t("organization.transferHint")}
        </Text>
        <Button variant="default" onClick={() => setAsked("transfer")}>
          {t("organization.transfer")}
        </Button>
      </Group>
      {organization.deletes_at === null && (
        <Group justify="space-between" gap="xs">
          <Text size="sm" flex="1 1 240px">
            {t("organization.deleteHint")}
          </Text>
          <Button variant="default" c="var(--pt-danger)" onClick={() => setAsked("delete")}>
            {t("organization.delete")}
          </Button>
        </Group>
      )}
      {asked === "transfer" && <TransferDialog onClose={close} />}
      {asked === "delete" && <DeleteDialog organization={organization} onClose={close} />}
    </Section>
  );
}
