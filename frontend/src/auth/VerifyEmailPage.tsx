import { Alert, Anchor, Button, Loader } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { readMe } from "@/api/session";
import { verifyEmail } from "@/api/signIn";
import { want } from "@/app/wanted";
import { AuthFrame } from "./AuthFrame";
import { show, useSession } from "./session";
import { SignInAlert } from "./SignInAlert";

async function verify(token: string): Promise<boolean> {
  await verifyEmail(token);
  await show(await readMe());
  return true;
}

/**
 * Where the link of a mail leads: the address is theirs. A query, so that the link is followed once; and only by
 * whoever is signed in, since a mailbox alone doesn't prove an account that somebody else may have made.
 */
export function VerifyEmailPage() {
  const { t } = useTranslation();
  const { token = "" } = useSearch({ from: "/verify-email" });
  const navigate = useNavigate();
  const signedIn = useSession((state) => state.phase === "in");
  const verified = useQuery({
    queryKey: ["verify-email", token],
    queryFn: () => verify(token),
    enabled: signedIn,
    staleTime: Infinity,
    retry: false,
  });
  if (!signedIn) {
    const toSignIn = () => {
      want("/verify-email", { token });
      void navigate({ to: "/login" });
    };
    return (
      <AuthFrame title={t("auth.verify.title")} subtitle={t("auth.verify.signIn")}>
        <Button size="md" onClick={toSignIn}>
          {t("auth.toSignIn")}
        </Button>
        <Anchor component={Link} underline="always" to="/forgot-password" size="sm">
          {t("auth.forgot.link")}
        </Anchor>
      </AuthFrame>
    );
  }
  return (
    <AuthFrame title={t("auth.verify.title")} subtitle={t("auth.verify.detail")}>
      {verified.isPending && <Loader aria-label={t("common.loading")} />}
      {verified.isSuccess && (
        <Alert color="green" role="status">
          {t("auth.verify.done")}
        </Alert>
      )}
      <SignInAlert error={verified.error} />
      {!verified.isPending && (
        <Button component={Link} to="/inbox" size="md">
          {t("auth.goOn")}
        </Button>
      )}
    </AuthFrame>
  );
}
