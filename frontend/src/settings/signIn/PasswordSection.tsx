import { Button, Group, PasswordInput, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { changePassword } from "@/api/signIn";
import { useMe } from "@/auth/session";
import { FormDialog } from "@/settings/FormDialog";
import { Section } from "@/settings/Section";

function PasswordDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { email } = useMe();
  const [former, setFormer] = useState("");
  const [password, setPassword] = useState("");
  const toggle = { "aria-label": t("auth.showPassword") };
  const send = async () => {
    await changePassword(former, password);
    notifications.show({ color: "green", message: t("signIn.password.changed") });
  };
  return (
    <FormDialog opened onClose={onClose} title={t("signIn.password.change")} onSend={send}>
      {(problems) => (
        <>
          <input type="text" autoComplete="username" value={email} readOnly hidden />
          <PasswordInput
            label={t("signIn.password.former")}
            autoComplete="current-password"
            required
            data-autofocus
            value={former}
            error={problems.old_password}
            onChange={(event) => setFormer(event.currentTarget.value)}
            visibilityToggleButtonProps={toggle}
          />
          <PasswordInput
            label={t("signIn.password.new")}
            description={t("auth.passwordRule")}
            autoComplete="new-password"
            required
            minLength={8}
            value={password}
            error={problems.password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            visibilityToggleButtonProps={toggle}
          />
        </>
      )}
    </FormDialog>
  );
}

export function PasswordSection() {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  return (
    <Section title={t("auth.password")}>
      <Group justify="space-between">
        <Text size="sm" c="var(--pt-muted)">
          {t("signIn.password.detail")}
        </Text>
        <Button variant="default" onClick={() => setOpened(true)}>
          {t("signIn.password.change")}
        </Button>
      </Group>
      {opened && <PasswordDialog onClose={() => setOpened(false)} />}
    </Section>
  );
}
