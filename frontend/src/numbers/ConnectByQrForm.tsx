import { Alert, Button, Group, Stack, TextInput } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "@/api/problem";
import { useProblemText } from "@/api/useProblemText";
import { TokenInput } from "./TokenInput";
import { useConnectGateway } from "./useQrCode";

const EMPTY = { gateway_url: "", api_key: "", display_name: "" };
const EXAMPLE_URL = "https://evolution.example.com";

/** A number behind the organization's own gateway: it says what that costs before it asks for anything. */
export function ConnectByQrForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const navigate = useNavigate();
  const [form, setForm] = useState(EMPTY);
  const connect = useConnectGateway((number) => {
    onClose();
    void navigate({ to: "/numbers/$numberId/qr-code", params: { numberId: number.id } });
  });
  const problems = connect.error instanceof ApiProblem ? connect.error.fields : {};
  const shown = (name: keyof typeof EMPTY) => ({
    label: t(`numbers.fields.${name}`),
    description: t(`numbers.hints.${name}`),
    value: form[name],
    error: problems[name],
    onChange: (value: string) => setForm((before) => ({ ...before, [name]: value })),
  });
  const field = (name: keyof typeof EMPTY) => ({
    ...shown(name),
    autoComplete: "off",
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => shown(name).onChange(event.currentTarget.value),
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        connect.mutate({ ...form, gateway_url: form.gateway_url.trim() });
      }}
    >
      <Stack>
        <Alert color="yellow" icon={<IconAlertTriangle size={20} />} title={t("numbers.qr.warning")}>
          {t("numbers.qr.warningDetail")}
        </Alert>
        {connect.isError && Object.keys(problems).length === 0 && (
          <Alert color="red" role="alert">
            {problemText(connect.error)}
          </Alert>
        )}
        <TextInput {...field("gateway_url")} type="url" inputMode="url" placeholder={EXAMPLE_URL} required />
        <TokenInput {...shown("api_key")} required />
        <TextInput {...field("display_name")} maxLength={255} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("common.cancel")}
          </Button>
          <Button type="submit" loading={connect.isPending}>
            {t("numbers.qr.continue")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
