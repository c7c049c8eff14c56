import { Alert, Anchor, Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { IconAlertCircle } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import * as api from "@/api/session";
import { useProblemText } from "@/api/useProblemText";
import { AuthFrame } from "./AuthFrame";
import { enter } from "./session";

export function LoginPage() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const login = useMutation({
    mutationFn: async () => enter(await api.signIn(email.trim(), password)),
  });

  return (
    <AuthFrame title={t("auth.welcome")} subtitle={t("auth.welcomeDetail")}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          login.mutate();
        }}
      >
        <Stack gap="md">
          {login.isError && (
            <Alert color="red" icon={<IconAlertCircle size={18} />} role="alert">
              {problemText(login.error)}
            </Alert>
          )}
          <TextInput
            label={t("auth.email")}
            type="email"
            autoComplete="username"
            required
            autoFocus
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
            data-testid="login-email"
          />
          <PasswordInput
            label={t("auth.password")}
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            visibilityToggleButtonProps={{ "aria-label": t("auth.showPassword") }}
            data-testid="login-password"
          />
          <Button type="submit" size="md" loading={login.isPending} data-testid="login-submit">
            {t("auth.signIn")}
          </Button>
        </Stack>
      </form>
      <Text size="sm" c="var(--pt-muted)">
        {t("auth.noAccount")}{" "}
        <Anchor component={Link} underline="always" to="/register">
          {t("auth.createOrganization")}
        </Anchor>
      </Text>
    </AuthFrame>
  );
}
