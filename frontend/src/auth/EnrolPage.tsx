import { Anchor, Button, Stack, Text } from "@mantine/core";
import { IconDeviceMobile, IconFingerprint } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { DeviceSetUp } from "@/settings/signIn/DeviceSetUp";
import { RecoveryCodes } from "@/settings/signIn/RecoveryCodes";
import { TotpSetUp } from "@/settings/signIn/TotpSetUp";
import { AuthFrame } from "./AuthFrame";
import { enrolled, leave, useMe } from "./session";

type Step = { at: "choice" | "totp" | "device" } | { at: "codes"; codes: readonly string[] };

/** The organization lets in only those who have a second factor: it is set up here, and then the app opens. */
export function EnrolPage() {
  const { t } = useTranslation();
  const { organization } = useMe();
  const [step, setStep] = useState<Step>({ at: "choice" });
  const choose = () => setStep({ at: "choice" });
  const done = (codes: string[] | null) => {
    if (codes === null) enrolled();
    else setStep({ at: "codes", codes });
  };
  return (
    <AuthFrame title={t("auth.enrol.title")} subtitle={t("auth.enrol.detail", { name: organization.name })}>
      {step.at === "choice" && (
        <Stack gap="md">
          <Button
            size="md"
            leftSection={<IconDeviceMobile size={18} />}
            onClick={() => setStep({ at: "totp" })}
          >
            {t("signIn.totp.setUp")}
          </Button>
          <Button
            size="md"
            variant="default"
            leftSection={<IconFingerprint size={18} />}
            onClick={() => setStep({ at: "device" })}
          >
            {t("signIn.device.setUp")}
          </Button>
          <Text size="sm" c="var(--pt-muted)">
            {t("auth.enrol.which")}
          </Text>
          <Anchor component="button" type="button" size="sm" ta="start" onClick={() => void leave()}>
            {t("layout.signOut")}
          </Anchor>
        </Stack>
      )}
      {step.at === "totp" && <TotpSetUp onCancel={choose} onDone={done} />}
      {step.at === "device" && <DeviceSetUp onCancel={choose} onDone={done} />}
      {step.at === "codes" && <RecoveryCodes codes={step.codes} onDone={enrolled} />}
    </AuthFrame>
  );
}
