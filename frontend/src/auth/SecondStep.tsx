import { Anchor, Button, Divider, Stack, TextInput } from "@mantine/core";
import { IconFingerprint } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "@/api/problem";
import { askForDevice, type Shown, showSecondFactor } from "@/api/signIn";
import { enter } from "./session";
import { SignInAlert } from "./SignInAlert";
import { useWait } from "./useWait";
import { signWithDevice } from "./webauthn";

export interface Challenge {
  id: string;
  methods: readonly ("totp" | "webauthn" | "recovery_codes")[];
}

interface Props {
  challenge: Challenge;
  /** Back to the password; late: because it took too long. */
  onBack: (late: boolean) => void;
}

interface CodeProps {
  kind: "code" | "recovery_code";
  pending: boolean;
  waiting: boolean;
  onSend: (shown: Shown) => void;
}

function CodeForm({ kind, pending, waiting, onSend }: CodeProps) {
  const { t } = useTranslation();
  const [code, setCode] = useState("");
  const app = kind === "code";
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const typed = code.replace(/\s/g, "");
        onSend(app ? { code: typed } : { recovery_code: typed });
        setCode("");
      }}
    >
      <Stack gap="md">
        <TextInput
          label={t(app ? "auth.second.code" : "auth.second.recoveryCode")}
          description={t(app ? "auth.second.codeHint" : "auth.second.recoveryHint")}
          required
          autoFocus
          size="md"
          autoComplete={app ? "one-time-code" : "off"}
          inputMode={app ? "numeric" : undefined}
          maxLength={app ? 10 : 40}
          spellCheck={false}
          styles={{ input: { letterSpacing: "0.12em", fontVariantNumeric: "tabular-nums" } }}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
          data-testid="second-code"
        />
        <Button type="submit" size="md" loading={pending} disabled={waiting} data-testid="second-submit">
          {t("auth.signIn")}
        </Button>
      </Stack>
    </form>
  );
}

/** The second step: a code of the app, a device, or a recovery code where neither is at hand. */
export function SecondStep({ challenge: { id, methods }, onBack }: Props) {
  const { t } = useTranslation();
  const wait = useWait();
  const [recovering, setRecovering] = useState(false);
  const show = useMutation({
    mutationFn: async (shown: Shown | "device") => {
      const answer = shown === "device" ? { webauthn: await signWithDevice(await askForDevice(id)) } : shown;
      await enter(await showSecondFactor(id, answer));
    },
    onError: (error) => {
      wait.begin(error);
      if (error instanceof ApiProblem && error.kind === "challenge-not-valid") onBack(true);
    },
  });
  const byCode = methods.includes("totp");
  const byDevice = methods.includes("webauthn");
  const choose = (recovery: boolean) => {
    show.reset();
    setRecovering(recovery);
  };
  return (
    <Stack gap="md">
      <SignInAlert error={show.error} wait={wait.left} />
      {(recovering || byCode) && (
        <CodeForm
          key={String(recovering)}
          kind={recovering ? "recovery_code" : "code"}
          pending={show.isPending}
          waiting={wait.left > 0}
          onSend={show.mutate}
        />
      )}
      {!recovering && byCode && byDevice && <Divider label={t("auth.or")} />}
      {!recovering && byDevice && (
        <Button
          size="md"
          variant={byCode ? "default" : "filled"}
          leftSection={<IconFingerprint size={18} />}
          loading={show.isPending && show.variables === "device"}
          onClick={() => show.mutate("device")}
          data-testid="second-device"
        >
          {t("auth.second.device")}
        </Button>
      )}
      {methods.includes("recovery_codes") && (
        <Anchor component="button" type="button" size="sm" ta="start" onClick={() => choose(!recovering)}>
          {t(recovering ? "auth.second.otherWay" : "auth.second.useRecovery")}
        </Anchor>
      )}
      <Anchor component="button" type="button" size="sm" ta="start" onClick={() => onBack(false)}>
        {t("auth.back")}
      </Anchor>
    </Stack>
  );
}
