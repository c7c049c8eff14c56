import { Alert, Anchor, Button, Group, Stack, Switch, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFieldProblems } from "@/api/useProblemText";
import { useRefusalText } from "@/auth/SignInAlert";
import { addressWithName, canUsePasskeys } from "@/auth/webauthn";
import { usePasswordAgain } from "./usePasswordAgain";
import { addDevice } from "./useSignIn";

interface Props {
  onCancel: () => void;
  onDone: (codes: string[] | null) => void;
}

/** A passkey or a security key: given a name, then the browser asks for it. */
export function DeviceSetUp({ onCancel, onDone }: Props) {
  const { t } = useTranslation();
  const refusalText = useRefusalText();
  const fieldProblems = useFieldProblems();
  const again = usePasswordAgain();
  const [name, setName] = useState("");
  const [passwordless, setPasswordless] = useState(true);
  const add = useMutation({
    mutationFn: () => again.send((password) => addDevice(name.trim(), passwordless, password)),
    onSuccess: onDone,
  });
  const problems = fieldProblems(add.error);
  const named = addressWithName();
  const possible = canUsePasskeys() && named === null;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        add.mutate();
      }}
    >
      <Stack>
        {!possible && (
          <Alert color="yellow" role="alert">
            {named === null && t("auth.device.unsupported")}
            {named === "" && t("auth.device.needsName")}
            {named !== null && named !== "" && (
              <>
                {t("auth.device.useName")}{" "}
                <Anchor href={`${named}/app/settings/sign-in`} underline="always">
                  {named}
                </Anchor>
              </>
            )}
          </Alert>
        )}
        {add.isError && problems.password === undefined && problems.name === undefined && (
          <Alert color="red" role="alert">
            {refusalText(add.error)}
          </Alert>
        )}
        <Text size="sm">{t("signIn.device.what")}</Text>
        <TextInput
          label={t("signIn.device.name")}
          placeholder={t("signIn.device.example")}
          required
          data-autofocus
          maxLength={100}
          value={name}
          error={problems.name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Switch
          label={t("signIn.device.passwordless")}
          description={t("signIn.device.passwordlessHint")}
          checked={passwordless}
          onChange={(event) => setPasswordless(event.currentTarget.checked)}
        />
        {again.field(problems.password)}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            {t("common.cancel")}
          </Button>
          <Button type="submit" loading={add.isPending} disabled={!possible}>
            {t("signIn.device.add")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
