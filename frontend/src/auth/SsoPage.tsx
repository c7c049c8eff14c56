import { Alert, Anchor, Button, Loader, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem, problemFrom } from "@/api/problem";
import { exchangeSso, linkSso } from "@/api/signIn";
import { want } from "@/app/wanted";
import { AuthFrame } from "./AuthFrame";
import { enter, useSession } from "./session";
import { SignInAlert } from "./SignInAlert";
import { cameBackWith, forgetSso, rememberCode } from "./ssoMemory";

/** What stands behind the # of the address, which no server gets to see. */
function saidByAddress(): { code: string | null; error: string | null } {
  const said = new URLSearchParams(location.hash.slice(1));
  history.replaceState(history.state, "", location.pathname);
  return { code: said.get("code"), error: said.get("error") };
}

async function arrive(code: string | null, error: string | null): Promise<void> {
  const came = cameBackWith(code);
  if (error !== null || came === null) throw problemFrom(401, { type: `/problems/${error ?? "sso-failed"}` });
  rememberCode(came.code);
  const session = await exchangeSso(came);
  forgetSso();
  await enter(session);
  location.replace(session.return_to);
}

async function link(): Promise<void> {
  const came = cameBackWith(null);
  if (came === null) throw problemFrom(401, { type: "/problems/sso-failed" });
  await linkSso(came);
  forgetSso();
}

/** Whoever is signed in says that the provider's account is theirs. */
function LinkStep() {
  const { t } = useTranslation();
  const me = useSession((state) => state.me);
  const linking = useMutation({ mutationFn: link });
  if (linking.isSuccess)
    return (
      <Stack gap="md">
        <Alert color="green" role="status">
          {t("auth.sso.linked")}
        </Alert>
        <Button size="md" component={Link} to="/inbox">
          {t("auth.goOn")}
        </Button>
      </Stack>
    );
  return (
    <Stack gap="md">
      <SignInAlert error={linking.error} />
      <Text size="sm">{t("auth.sso.linkAs", { email: me?.email ?? "" })}</Text>
      <Button size="md" loading={linking.isPending} onClick={() => linking.mutate()}>
        {t("auth.sso.link")}
      </Button>
      <Anchor component={Link} size="sm" to="/inbox">
        {t("auth.sso.notNow")}
      </Anchor>
    </Stack>
  );
}

/** Here the organization's provider sends the browser back. */
export function SsoPage() {
  const { t } = useTranslation();
  const signedIn = useSession((state) => state.phase === "in");
  const [said] = useState(saidByAddress);
  const navigate = useNavigate();
  const begun = useRef(false);
  const arrival = useMutation({ mutationFn: () => arrive(said.code, said.error) });
  const { mutate, error } = arrival;
  useEffect(() => {
    // Once: the code is good for one use.
    if (begun.current) return;
    begun.current = true;
    if (signedIn && said.error === null) {
      if (said.code !== null) rememberCode(said.code);
    } else mutate();
  }, [signedIn, said, mutate]);
  const mustLink = error instanceof ApiProblem && error.kind === "sso-link-required";
  const linking = signedIn && !arrival.isPending && !arrival.isSuccess && error === null;
  return (
    <AuthFrame
      title={t("auth.sso.title")}
      subtitle={t(linking ? "auth.sso.linkDetail" : "auth.sso.arriving")}
    >
      {linking && <LinkStep />}
      {!linking && error === null && <Loader aria-label={t("common.loading")} />}
      {mustLink && (
        <>
          <Alert color="blue" role="alert">
            {t("auth.sso.mustLink")}
          </Alert>
          <Button
            size="md"
            onClick={() => {
              want("/sso");
              void navigate({ to: "/login" });
            }}
          >
            {t("auth.sso.signInFirst")}
          </Button>
        </>
      )}
      {error !== null && !mustLink && (
        <>
          <SignInAlert error={error} />
          <Anchor component={Link} to="/login">
            {t("auth.toSignIn")}
          </Anchor>
        </>
      )}
    </AuthFrame>
  );
}
