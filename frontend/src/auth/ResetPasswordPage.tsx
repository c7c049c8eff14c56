import { Alert, Anchor, Button, PasswordInput, Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "@/api/problem";
import { resetPassword } from "@/api/signIn";
import { useFieldProblems } from "@/api/useProblemText";
import { AuthFrame } from "./AuthFrame";
import { SignInAlert } from "./SignInAlert";
import { useWait } from "./useWait";

/** Where the link of a mail leads: a new password, and the old sign-ins end. */
export function ResetPasswordPage() {
  const { t } = useTranslation();
  const fieldProblems = useFieldProblems();
  const wait = useWait();
  const { token = "" } = useSearch({ from: "/reset-password" });
  const [password, setPassword] = useState("");
  const reset = useMutation({ mutationFn: () => resetPassword(token, password), onError: wait.begin });
  const problem = fieldProblems(reset.error).password;
  const late = reset.error instanceof ApiProblem && reset.error.kind === "link-not-valid";
  return (
    <AuthFrame title={t("auth.reset.title")} subtitle={t("auth.reset.detail")}>
      {reset.isSuccess ? (
        <>
          <Alert color="green" role="status">
            {t("auth.reset.done")}
          </Alert>
          <Button component={Link} to="/login" size="md">
            {t("auth.toSignIn")}
          </Button>
        </>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            reset.mutate();
          }}
        >
          <Stack gap="md">
            {problem === undefined && <SignInAlert error={reset.error} wait={wait.left} />}
            <PasswordInput
              label={t("auth.reset.password")}
              description={t("auth.passwordRule")}
              autoComplete="new-password"
              required
              autoFocus
              minLength={8}
              value={password}
              error={problem}
              onChange={(event) => setPassword(event.currentTarget.value)}
              visibilityToggleButtonProps={{ "aria-label": t("auth.showPassword") }}
            />
            <Button type="submit" size="md" loading={reset.isPending} disabled={wait.left > 0}>
              {t("auth.reset.save")}
            </Button>
            {late && (
              <Anchor component={Link} size="sm" to="/forgot-password">
                {t("auth.reset.another")}
              </Anchor>
            )}
          </Stack>
        </form>
      )}
    </AuthFrame>
  );
}
