import { Badge, Button, Group, PasswordInput, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { changeEmail } from "@/api/signIn";
import { useMe } from "@/auth/session";
import { FormDialog } from "@/settings/FormDialog";
import { Section } from "@/settings/Section";

function EmailDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const send = async () => {
    await changeEmail(email.trim(), password);
    notifications.show({ message: t("profile.emailSent", { email: email.trim() }), autoClose: 10_000 });
  };
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={t("profile.changeEmail")}
      does={t("profile.sendLink")}
      onSend={send}
    >
      {(problems) => (
        <>
          <Text size="sm">{t("profile.changeEmailDetail")}</Text>
          <TextInput
            label={t("profile.newEmail")}
            type="email"
            autoComplete="email"
            required
            data-autofocus
            maxLength={254}
            value={email}
            error={problems.email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <PasswordInput
            label={t("signIn.passwordAgain")}
            autoComplete="current-password"
            required
            value={password}
            error={problems.password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            visibilityToggleButtonProps={{ "aria-label": t("auth.showPassword") }}
          />
        </>
      )}
    </FormDialog>
  );
}

/** The address changes only once the link that is mailed to it was followed. */
export function EmailSection() {
  const { t } = useTranslation();
  const { email, email_verified } = useMe();
  const [opened, setOpened] = useState(false);
  return (
    <Section title={t("auth.email")}>
      <Group justify="space-between">
        <Group gap="xs" miw={0}>
          <Text truncate>{email}</Text>
          <Badge variant="default" c={email_verified ? "var(--pt-success)" : "var(--pt-warning)"}>
            {t(email_verified ? "profile.verified" : "profile.notVerified")}
          </Badge>
        </Group>
        <Button variant="default" onClick={() => setOpened(true)}>
          {t("profile.changeEmail")}
        </Button>
      </Group>
      {opened && <EmailDialog onClose={() => setOpened(false)} />}
    </Section>
  );
}
