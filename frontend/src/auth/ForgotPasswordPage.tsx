import { Alert, Anchor, Button, Stack, TextInput } from "@mantine/core";
import { IconMailCheck } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { askForReset } from "@/api/signIn";
import { AuthFrame } from "./AuthFrame";
import { SignInAlert } from "./SignInAlert";
import { useWait } from "./useWait";

/** Mails a link; whether the address has an account is told to nobody. */
export function ForgotPasswordPage() {
  const { t } = useTranslation();
  const wait = useWait();
  const [email, setEmail] = useState("");
  const ask = useMutation({ mutationFn: () => askForReset(email.trim()), onError: wait.begin });
  return (
    <AuthFrame title={t("auth.forgot.title")} subtitle={t("auth.forgot.detail")}>
      {ask.isSuccess ? (
        <Alert color="green" icon={<IconMailCheck size={18} />} role="status">
          {t("auth.forgot.sent", { email: email.trim() })}
        </Alert>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            ask.mutate();
          }}
        >
          <Stack gap="md">
            <SignInAlert error={ask.error} wait={wait.left} />
            <TextInput
              label={t("auth.email")}
              type="email"
              autoComplete="username"
              required
              autoFocus
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
            />
            <Button type="submit" size="md" loading={ask.isPending} disabled={wait.left > 0}>
              {t("auth.forgot.send")}
            </Button>
          </Stack>
        </form>
      )}
      <Anchor component={Link} size="sm" to="/login">
        {t("auth.toSignIn")}
      </Anchor>
    </AuthFrame>
  );
}
