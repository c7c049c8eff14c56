import { Alert, Anchor, Button, Divider, Group, PasswordInput, Stack, TextInput } from "@mantine/core";
import { IconBuilding, IconClock, IconFingerprint } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { joinWithPassword } from "@/api/invitations";
import { ApiProblem } from "@/api/problem";
import * as api from "@/api/session";
import { askForPasskey, signInByPasskey } from "@/api/signIn";
import { wanted, wantHome } from "@/app/wanted";
import type { Challenge } from "./SecondStep";
import { enter } from "./session";
import { SignInAlert } from "./SignInAlert";
import { useWait } from "./useWait";
import { canUsePasskeys, signWithDevice } from "./webauthn";

interface Props {
  email: string;
  /** The second step took too long, and everything begins anew. */
  late: boolean;
  onEmail: (email: string) => void;
  onChallenge: (challenge: Challenge) => void;
  onSso: () => void;
}

/** The challenge for the second step, where that is what the API asks for. */
function challengeOf(error: unknown): Challenge | null {
  if (!(error instanceof ApiProblem) || error.kind !== "mfa-required") return null;
  const { challenge, methods } = error.more as { challenge: string; methods: Challenge["methods"] };
  return { id: challenge, methods };
}

/** Whoever has left their last organization can't sign in: the invitation that led them here is accepted first. */
async function signIn(email: string, password: string): ReturnType<typeof api.signIn> {
  try {
    return await api.signIn(email, password);
  } catch (error) {
    const { to, search } = wanted();
    const homeless = error instanceof ApiProblem && error.kind === "no-membership";
    if (!homeless || to !== "/join" || search.token === undefined) throw error;
    await joinWithPassword(search.token, password);
    wantHome();
    return api.signIn(email, password);
  }
}

async function enterByPasskey(): Promise<void> {
  const { challenge, webauthn } = await askForPasskey();
  await enter(await signInByPasskey(challenge, await signWithDevice(webauthn)));
}

export function PasswordStep({ email, late, onEmail, onChallenge, onSso }: Props) {
  const { t } = useTranslation();
  const wait = useWait();
  const [password, setPassword] = useState("");
  const passkey = useMutation({ mutationFn: enterByPasskey, onError: wait.begin });
  const login = useMutation({
    mutationFn: async () => {
      passkey.reset();
      try {
        await enter(await signIn(email.trim(), password));
      } catch (error) {
        const challenge = challengeOf(error);
        if (challenge === null) throw error;
        onChallenge(challenge);
      }
    },
    onError: wait.begin,
  });
  const error = login.error ?? passkey.error;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        login.mutate();
      }}
    >
      <Stack gap="md">
        {late && error === null && (
          <Alert color="yellow" icon={<IconClock size={18} />} role="alert">
            {t("auth.second.late")}
          </Alert>
        )}
        <SignInAlert error={error} wait={wait.left} />
        <TextInput
          label={t("auth.email")}
          type="email"
          autoComplete="username"
          required
          autoFocus
          value={email}
          onChange={(event) => onEmail(event.currentTarget.value)}
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
        <Button
          type="submit"
          size="md"
          loading={login.isPending}
          disabled={wait.left > 0}
          data-testid="login-submit"
        >
          {t("auth.signIn")}
        </Button>
        <Group justify="flex-end">
          <Anchor component={Link} size="sm" to="/forgot-password">
            {t("auth.forgot.link")}
          </Anchor>
        </Group>
        <Divider label={t("auth.or")} />
        {canUsePasskeys() && (
          <Button
            variant="default"
            leftSection={<IconFingerprint size={18} />}
            loading={passkey.isPending}
            onClick={() => {
              login.reset();
              passkey.mutate();
            }}
          >
            {t("auth.passkey")}
          </Button>
        )}
        <Button variant="default" leftSection={<IconBuilding size={18} />} onClick={onSso}>
          {t("auth.sso.button")}
        </Button>
      </Stack>
    </form>
  );
}
