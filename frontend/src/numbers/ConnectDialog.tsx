import { Alert, Button, Group, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { NewNumber } from "@/api/numbers";
import { ApiProblem } from "@/api/problem";
import { useProblemText } from "@/api/useProblemText";
import { Dialog } from "@/layout/Dialog";
import { ConnectByQrForm } from "./ConnectByQrForm";
import { SignupButton } from "./SignupButton";
import { TokenInput } from "./TokenInput";
import { say, useConnectNumber } from "./useNumberChanges";

const EMPTY = { phone_number_id: "", waba_id: "", access_token: "", app_secret: "", app_id: "" };
type Field = keyof typeof EMPTY;

function withoutEmpty(form: typeof EMPTY): NewNumber {
  const { app_id, ...needed } = form;
  return app_id === "" ? needed : { ...needed, app_id };
}

function ConnectForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const [form, setForm] = useState(EMPTY);
  const connect = useConnectNumber((number) => {
    say(t("numbers.connected", { name: number.verified_name || number.display_phone_number }));
    onClose();
  });
  const problems = connect.error instanceof ApiProblem ? connect.error.fields : {};
  const shown = (name: Field) => ({
    label: t(`numbers.fields.${name}`),
    description: t(`numbers.hints.${name}`),
    value: form[name],
    error: problems[name],
    onChange: (value: string) => setForm((before) => ({ ...before, [name]: value })),
  });
  const field = (name: Field) => ({
    ...shown(name),
    autoComplete: "off",
    onChange: (event: React.ChangeEvent<HTMLInputElement>) =>
      shown(name).onChange(event.currentTarget.value.trim()),
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        connect.mutate(withoutEmpty(form));
      }}
    >
      <Stack>
        <Text size="sm">{t("numbers.connectDetail")}</Text>
        {connect.isError && Object.keys(problems).length === 0 && (
          <Alert color="red" role="alert">
            {problemText(connect.error)}
          </Alert>
        )}
        <TextInput {...field("phone_number_id")} inputMode="numeric" required data-autofocus />
        <TextInput {...field("waba_id")} inputMode="numeric" required />
        <TokenInput {...shown("access_token")} required />
        <TokenInput {...shown("app_secret")} required />
        <TextInput {...field("app_id")} inputMode="numeric" />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("common.cancel")}
          </Button>
          <Button type="submit" loading={connect.isPending}>
            {t("numbers.connect")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface Props {
  opened: boolean;
  onClose: () => void;
}

type Way = "official" | "qrcode";

function Ways({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [way, setWay] = useState<Way>("official");
  return (
    <Stack>
      <SegmentedControl
        fullWidth
        aria-label={t("numbers.way.label")}
        value={way}
        onChange={setWay}
        data={(["official", "qrcode"] as const).map((value) => ({ value, label: t(`numbers.way.${value}`) }))}
      />
      {way === "official" ? (
        <>
          <SignupButton onConnected={onClose} />
          <ConnectForm onClose={onClose} />
        </>
      ) : (
        <ConnectByQrForm onClose={onClose} />
      )}
    </Stack>
  );
}

/** Takes a number in by Meta's ids and secrets; it is accepted only after the token has read it. */
export function ConnectDialog({ opened, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} onClose={onClose} title={t("numbers.connect")}>
      <Ways onClose={onClose} />
    </Dialog>
  );
}
