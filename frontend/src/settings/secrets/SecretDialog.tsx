import { PasswordInput, Switch, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Secret } from "@/api/secrets";
import { FormDialog } from "@/settings/FormDialog";
import { rotateValue, saveSecret } from "./useSecrets";

/** By such a name a secret is used. */
const IDENTIFIER = /^[a-z0-9_]{1,100}$/;

interface ValueProps {
  label: string;
  value: string;
  error?: string;
  focus?: boolean;
  onChange: (value: string) => void;
}

/** What is typed stays hidden, and no browser offers to keep it. */
function ValueInput({ label, value, error, focus = false, onChange }: ValueProps) {
  const { t } = useTranslation();
  return (
    <PasswordInput
      label={label}
      description={t("secrets.valueDetail")}
      required
      data-autofocus={focus || undefined}
      autoComplete="new-password"
      visibilityToggleButtonProps={{ "aria-label": t("secrets.showTyped") }}
      value={value}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

interface Props {
  /** The one to change; none: a new one. */
  secret: Secret | null;
  onClose: () => void;
}

export function SecretDialog({ secret, onClose }: Props) {
  const { t } = useTranslation();
  const [form, setForm] = useState({
    name: secret?.name ?? "",
    display_name: secret?.display_name ?? "",
    description: secret?.description ?? "",
    value: "",
    is_active: secret?.is_active ?? true,
  });
  const set = (changes: Partial<typeof form>) => setForm((before) => ({ ...before, ...changes }));
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={secret === null ? t("secrets.new") : secret.display_name || secret.name}
      lacking={
        secret !== null || IDENTIFIER.test(form.name)
          ? {}
          : { name: t("common.problem.kinds.name-not-valid") }
      }
      onSend={() => saveSecret(secret, form)}
    >
      {(problems) => (
        <>
          <TextInput
            label={t("secrets.displayName")}
            data-autofocus
            maxLength={100}
            value={form.display_name}
            error={problems.display_name}
            onChange={(event) => set({ display_name: event.currentTarget.value })}
          />
          {secret === null && (
            <TextInput
              label={t("secrets.name")}
              description={t("secrets.nameDetail")}
              required
              maxLength={100}
              autoCapitalize="none"
              spellCheck={false}
              value={form.name}
              error={problems.name}
              onChange={(event) =>
                set({ name: event.currentTarget.value.toLowerCase().replaceAll(/[\s-]/g, "_") })
              }
            />
          )}
          {secret === null && (
            <ValueInput
              label={t("secrets.value")}
              value={form.value}
              error={problems.value}
              onChange={(value) => set({ value })}
            />
          )}
          <Textarea
            label={t("secrets.description")}
            autosize
            maxRows={5}
            maxLength={2000}
            value={form.description}
            error={problems.description}
            onChange={(event) => set({ description: event.currentTarget.value })}
          />
          <Switch
            label={t("secrets.active")}
            description={t("secrets.activeDetail")}
            checked={form.is_active}
            onChange={(event) => set({ is_active: event.currentTarget.checked })}
          />
        </>
      )}
    </FormDialog>
  );
}

/** A new value for a secret; the old one is never shown here. */
export function NewValueDialog({ secret, onClose }: { secret: Secret; onClose: () => void }) {
  const { t } = useTranslation();
  const [value, setValue] = useState("");
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={t("secrets.rotateTitle", { name: secret.display_name || secret.name })}
      does={t("secrets.rotateDo")}
      onSend={() => rotateValue(secret.id, value)}
    >
      {(problems) => (
        <ValueInput
          focus
          label={t("secrets.newValue")}
          value={value}
          error={problems.new_value}
          onChange={setValue}
        />
      )}
    </FormDialog>
  );
}
