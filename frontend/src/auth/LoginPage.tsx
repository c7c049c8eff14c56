import { Anchor, Text } from "@mantine/core";
import { Link, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { AuthFrame } from "./AuthFrame";
import { PasswordStep } from "./PasswordStep";
import { type Challenge, SecondStep } from "./SecondStep";
import { SsoStep } from "./SsoStep";

type Step = { at: "password"; late: boolean } | { at: "second"; challenge: Challenge } | { at: "sso" };

/** Who are you? By password and, where one is set up, a second factor; by a passkey; or by the company's own sign-in. */
export function LoginPage() {
  const { t } = useTranslation();
  const { organization } = useSearch({ from: "/login" });
  const [step, setStep] = useState<Step>(
    organization === undefined ? { at: "password", late: false } : { at: "sso" },
  );
  const [email, setEmail] = useState("");
  const back = (late: boolean) => setStep({ at: "password", late });

  if (step.at === "second")
    return (
      <AuthFrame title={t("auth.second.title")} subtitle={t("auth.second.detail")}>
        <SecondStep challenge={step.challenge} onBack={back} />
      </AuthFrame>
    );
  if (step.at === "sso")
    return (
      <AuthFrame title={t("auth.sso.title")} subtitle={t("auth.sso.detail")}>
        <SsoStep known={organization} onBack={() => back(false)} />
      </AuthFrame>
    );
  return (
    <AuthFrame title={t("auth.welcome")} subtitle={t("auth.welcomeDetail")}>
      <PasswordStep
        email={email}
        late={step.late}
        onEmail={setEmail}
        onChallenge={(challenge) => setStep({ at: "second", challenge })}
        onSso={() => setStep({ at: "sso" })}
      />
      <Text size="sm" c="var(--pt-muted)">
        {t("auth.noAccount")}{" "}
        <Anchor component={Link} underline="always" to="/register">
          {t("auth.createOrganization")}
        </Anchor>
      </Text>
    </AuthFrame>
  );
}
