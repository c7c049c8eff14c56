import { PasswordInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "@/api/problem";

interface PasswordAgain {
  /** Does it with the password, and shows its field where the API asks for it. */
  send: <T>(does: (password: string) => Promise<T>) => Promise<T>;
  field: (problem: string | undefined) => React.ReactNode;
}

/** The password is asked for again once a sign-in is older than a few minutes, and not before. */
export function usePasswordAgain(): PasswordAgain {
  const { t } = useTranslation();
  const [asked, setAsked] = useState(false);
  const [password, setPassword] = useState("");
  return {
    send: async (does) => {
      try {
        return await does(password);
      } catch (error) {
        if (error instanceof ApiProblem && error.kind === "reauthentication-required") setAsked(true);
        throw error;
      }
    },
    field: (problem) =>
      asked && (
        <PasswordInput
          label={t("signIn.passwordAgain")}
          autoComplete="current-password"
          required
          autoFocus
          value={password}
          error={problem}
          onChange={(event) => setPassword(event.currentTarget.value)}
          visibilityToggleButtonProps={{ "aria-label": t("auth.showPassword") }}
        />
      ),
  };
}
