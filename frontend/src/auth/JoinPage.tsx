import { Alert, Button, Loader, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconAlertCircle } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import * as api from "@/api/invitations";
import { keys } from "@/api/keys";
import { ApiProblem } from "@/api/problem";
import type { components } from "@/api/schema";
import { signIn } from "@/api/session";
import { useFieldProblems, useProblemText } from "@/api/useProblemText";
import { want } from "@/app/wanted";
import { AuthFrame } from "./AuthFrame";
import { currentLanguage } from "@/i18n";
import { enter, leave, moveToOrganization, speak, useSession } from "./session";

type Seen = components["schemas"]["Seen"];

const route = getRouteApi("/join");

/** Why a link leads nowhere, by the kind of the refusal. */
const DEAD = {
  "no-such-invitation": "none",
  "invitation-expired": "expired",
  "invitation-used": "used",
} as const;

function deadEnd(error: unknown): "none" | "expired" | "used" | "failed" {
  if (!(error instanceof ApiProblem)) return "failed";
  const found = Object.entries(DEAD).find(([kind]) => kind === error.kind);
  // A link that was cut short is refused as a bad request.
  return found?.[1] ?? (error.status === 400 ? "none" : "failed");
}

interface Props {
  token: string;
  seen: Seen;
}

/** Somebody who has no account yet: a name and a password make one. */
function NewPerson({ token, seen }: Props) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const fieldProblems = useFieldProblems();
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const join = useMutation({
    mutationFn: async () => {
      await api.joinAsNewPerson({ token, full_name: name.trim(), password });
      try {
        // The new account speaks the organization's language; theirs is the one that they read here.
        const chosen = currentLanguage();
        await enter(await signIn(seen.email, password));
        await speak(chosen);
        await navigate({ to: "/inbox" });
      } catch {
        // They are in; only the way there asks for more, which the sign-in page knows how to answer.
        notifications.show({ message: t("join.ready") });
        await navigate({ to: "/login" });
      }
    },
  });
  const problems = fieldProblems(join.error);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        join.mutate();
      }}
    >
      <Stack gap="md">
        {join.isError && problems.full_name === undefined && problems.password === undefined && (
          <Alert color="red" icon={<IconAlertCircle size={18} />} role="alert">
            {problemText(join.error)}
          </Alert>
        )}
        {/* Password managers keep the address with the password. */}
        <TextInput label={t("auth.email")} type="email" autoComplete="username" readOnly value={seen.email} />
        <TextInput
          label={t("join.yourName")}
          autoComplete="name"
          required
          autoFocus
          minLength={2}
          maxLength={255}
          value={name}
          error={problems.full_name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <PasswordInput
          label={t("join.password")}
          description={t("auth.passwordRule")}
          autoComplete="new-password"
          required
          minLength={8}
          maxLength={200}
          visibilityToggleButtonProps={{ "aria-label": t("auth.showPassword") }}
          value={password}
          error={problems.password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Button type="submit" size="md" loading={join.isPending}>
          {t("join.join")}
        </Button>
      </Stack>
    </form>
  );
}

/** Somebody who has an account, and is signed in: with it, with another one, or not yet. */
function KnownPerson({ token, seen }: Props) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const navigate = useNavigate();
  const me = useSession(({ phase, me: person }) => (phase === "in" ? person : null));
  const join = useMutation({
    mutationFn: async () => moveToOrganization((await api.joinAsMyself(token)).organization_id),
  });
  if (me === null) {
    const toSignIn = () => {
      want("/join", { token });
      void navigate({ to: "/login" });
    };
    return (
      <Stack gap="md">
        <Text>{t("join.signInDetail")}</Text>
        <Button size="md" onClick={toSignIn}>
          {t("join.signIn", { email: seen.email })}
        </Button>
      </Stack>
    );
  }
  return (
    <Stack gap="md">
      {join.isError && (
        <Alert color="red" icon={<IconAlertCircle size={18} />} role="alert">
          {problemText(join.error)}
        </Alert>
      )}
      <Text>{t("join.asMe", { name: me.full_name })}</Text>
      <Button size="md" loading={join.isPending} onClick={() => join.mutate()}>
        {t("join.joinAsMe", { organization: seen.organization_name })}
      </Button>
    </Stack>
  );
}

function Invited({ token, seen }: Props) {
  const { t } = useTranslation();
  const me = useSession(({ phase, me: person }) => (phase === "in" ? person : null));
  const { organization_name: organization, email } = seen;
  return (
    <AuthFrame
      title={t("join.title", { organization })}
      subtitle={t("join.detail", { organization, email, role: t(`layout.roles.${seen.role}`) })}
    >
      {me !== null && me.email !== email ? (
        <Stack gap="md">
          <Text>{t("join.otherPerson", { email, me: me.email })}</Text>
          <Button size="md" onClick={() => void leave()}>
            {t("join.signOut")}
          </Button>
        </Stack>
      ) : seen.needs_password ? (
        <NewPerson token={token} seen={seen} />
      ) : (
        <KnownPerson token={token} seen={seen} />
      )}
    </AuthFrame>
  );
}

/** Where an invitation's link leads. */
export function JoinPage() {
  const { t } = useTranslation();
  const { token = "" } = route.useSearch();
  const signedIn = useSession(({ phase }) => phase === "in");
  // Kept here: signing in empties the cache of queries, and by then the invitation is used.
  const [seen, setSeen] = useState<Seen | null>(null);
  const { error, isPending } = useQuery({
    queryKey: keys.invitation(token),
    queryFn: async ({ signal }) => {
      const looked = await api.lookAtInvitation(token, signal);
      setSeen(looked);
      return looked;
    },
    enabled: seen === null,
  });
  if (seen !== null) return <Invited token={token} seen={seen} />;
  if (isPending) {
    return (
      <AuthFrame title={t("join.looking")} subtitle="">
        <Loader aria-label={t("common.loading")} />
      </AuthFrame>
    );
  }
  const dead = deadEnd(error);
  return (
    <AuthFrame title={t(`join.${dead}.title`)} subtitle={t(`join.${dead}.detail`)}>
      <Button size="md" renderRoot={(props) => <Link to={signedIn ? "/inbox" : "/login"} {...props} />}>
        {signedIn ? t("join.toApp") : t("join.toSignIn")}
      </Button>
    </AuthFrame>
  );
}
