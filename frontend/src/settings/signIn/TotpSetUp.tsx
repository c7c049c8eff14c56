import { Alert, Button, Code, CopyButton, Group, Stack, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type BegunTotp, beginTotp } from "@/api/signIn";
import { useFieldProblems, useProblemText } from "@/api/useProblemText";
import classes from "./signIn.module.css";
import { usePasswordAgain } from "./usePasswordAgain";
import { confirmTotp } from "./useSignIn";

interface Props {
  onCancel: () => void;
  /** Recovery codes are made with the first factor; null: there are some already. */
  onDone: (codes: string[] | null) => void;
}

function Secret({ begun }: { begun: BegunTotp }) {
  const { t } = useTranslation();
  return (
    <Stack gap="sm">
      <Text size="sm">{t("signIn.totp.scan")}</Text>
      <img
        className={classes.qr}
        src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(begun.qr_svg)}`}
        alt={t("signIn.totp.qr")}
        data-testid="totp-qr"
      />
      <Text size="sm">{t("signIn.totp.orType")}</Text>
      <Group gap="xs" wrap="nowrap">
        <Code className={classes.secret} fz="sm" data-testid="totp-secret">
          {begun.secret}
        </Code>
        <CopyButton value={begun.secret}>
          {({ copied, copy }) => (
            <Button size="compact-sm" variant="subtle" onClick={copy}>
              {t(copied ? "settings.copied" : "settings.copy")}
            </Button>
          )}
        </CopyButton>
      </Group>
    </Stack>
  );
}

/** The app takes the picture or the secret, and shows by a code that it has it. */
export function TotpSetUp({ onCancel, onDone }: Props) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const fieldProblems = useFieldProblems();
  const again = usePasswordAgain();
  const [code, setCode] = useState("");
  const begin = useMutation({ mutationFn: () => again.send(beginTotp) });
  const confirm = useMutation({ mutationFn: () => confirmTotp(code.replace(/\s/g, "")), onSuccess: onDone });
  const { data: begun } = begin;
  const step = begun === undefined ? begin : confirm;
  const problems = fieldProblems(step.error);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        step.mutate();
      }}
    >
      <Stack>
        {step.isError && problems.password === undefined && problems.code === undefined && (
          <Alert color="red" role="alert">
            {problemText(step.error)}
          </Alert>
        )}
        {begun === undefined ? (
          <>
            <Text size="sm">{t("signIn.totp.what")}</Text>
            {again.field(problems.password)}
          </>
        ) : (
          <>
            <Secret begun={begun} />
            <TextInput
              label={t("signIn.totp.code")}
              required
              autoFocus
              autoComplete="one-time-code"
              inputMode="numeric"
              maxLength={10}
              value={code}
              error={problems.code}
              onChange={(event) => setCode(event.currentTarget.value)}
              data-testid="totp-code"
            />
          </>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            {t("common.cancel")}
          </Button>
          <Button type="submit" loading={step.isPending}>
            {t(begun === undefined ? "signIn.next" : "signIn.totp.confirm")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
