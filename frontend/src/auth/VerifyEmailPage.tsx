import { Alert, Button, Loader } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { readMe } from "@/api/session";
import { verifyEmail } from "@/api/signIn";
import { AuthFrame } from "./AuthFrame";
import { show, useSession } from "./session";
import { SignInAlert } from "./SignInAlert";

async function verify(token: string): Promise<boolean> {
  await verifyEmail(token);
  if (useSession.getState().phase === "in") await show(await readMe());
  return true;
}

/** Where the link of a mail leads: the address is theirs. A query, so that the link is followed once. */
export function VerifyEmailPage() {
  const { t } = useTranslation();
  const { token = "" } = useSearch({ from: "/verify-email" });
  const signedIn = useSession((state) => state.phase === "in");
  const verified = useQuery({
    queryKey: ["verify-email", token],
    queryFn: () => verify(token),
    staleTime: Infinity,
    retry: false,
  });
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
        <Button component={Link} to={signedIn ? "/inbox" : "/login"} size="md">
          {t(signedIn ? "auth.goOn" : "auth.toSignIn")}
        </Button>
      )}
    </AuthFrame>
  );
}
