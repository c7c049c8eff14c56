import { ActionIcon, Alert, Badge, Button, Group, Loader, Paper, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconArrowLeft, IconCircleCheck, IconRefresh } from "@tabler/icons-react";
import { Link, useParams } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { keys } from "@/api/keys";
import type { QrConnection } from "@/api/types";
import { useProblemText } from "@/api/useProblemText";
import { queryClient } from "@/app/queryClient";
import { useNumbers } from "@/inbox/useColleagues";
import classes from "./numbers.module.css";
import { useAskForQrCode, useQrCode } from "./useQrCode";

const COLORS: Record<QrConnection["status"], string> = {
  not_created: "gray",
  pending: "yellow",
  connecting: "blue",
  connected: "teal",
  error: "red",
};

function Code({ connection }: { connection: QrConnection }) {
  const { t } = useTranslation();
  if (connection.status === "connected") {
    return (
      <Stack align="center" gap="xs" py="lg">
        <IconCircleCheck size={56} color="var(--mantine-color-teal-6)" aria-hidden="true" />
        <Text fw={650}>{t("numbers.qr.connected")}</Text>
      </Stack>
    );
  }
  if (connection.qr_code !== "") {
    return (
      <Stack align="center" gap="xs">
        <div className={classes.code}>
          <img src={connection.qr_code} alt={t("numbers.qr.alt")} width={232} height={232} />
        </div>
        <Text size="sm" c="var(--pt-muted)" data-testid="qr-age">
          {t("numbers.qr.age", { count: connection.seconds })}
        </Text>
        {connection.pairing_code !== "" && (
          <Text size="sm">{t("numbers.qr.pairing", { code: connection.pairing_code })}</Text>
        )}
      </Stack>
    );
  }
  if (connection.status === "not_created" || connection.status === "error") return null;
  return (
    <Group justify="center" py="xl" gap="sm">
      <Loader size="sm" aria-hidden="true" />
      <Text size="sm">{t(`numbers.qr.waiting.${connection.status}`)}</Text>
    </Group>
  );
}

function Steps() {
  const { t } = useTranslation();
  return (
    <ol className={classes.steps}>
      {(["open", "devices", "scan"] as const).map((step) => (
        <li key={step}>{t(`numbers.qr.steps.${step}`)}</li>
      ))}
    </ol>
  );
}

/** Connects a number by its QR code, and shows how far that has come while the phone is in somebody's hand. */
export function QrCodePage() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const { numberId } = useParams({ from: "/app/numbers/$numberId/qr-code" });
  const number = useNumbers().find((each) => each.id === numberId);
  const { data, error } = useQrCode(numberId);
  const ask = useAskForQrCode(numberId);
  const connected = data?.status === "connected";
  useEffect(() => {
    if (connected) void queryClient.invalidateQueries({ queryKey: keys.numbers });
  }, [connected]);
  return (
    <main className={classes.page}>
      <Stack className={classes.content} gap="lg">
        <Group gap="xs" wrap="nowrap" align="flex-start">
          <ActionIcon
            renderRoot={(props) => <Link to="/numbers" {...props} />}
            aria-label={t("numbers.qr.back")}
          >
            <IconArrowLeft size={20} />
          </ActionIcon>
          <div>
            <Title order={1} size="h3">
              {t("numbers.qr.title")}
            </Title>
            <Text size="sm" c="var(--pt-muted)">
              {number?.verified_name || number?.display_phone_number || t("numbers.qr.subtitle")}
            </Text>
          </div>
        </Group>
        <Alert color="yellow" icon={<IconAlertTriangle size={20} />}>
          {t("numbers.qr.warningDetail")}
        </Alert>
        <Paper withBorder p="lg" radius="lg">
          <Stack>
            <Group justify="space-between">
              <Text fw={650}>{t("numbers.qr.standing")}</Text>
              {data !== undefined && (
                <Badge variant="light" color={COLORS[data.status]} role="status" aria-live="polite">
                  {t(`numbers.qr.status.${data.status}`)}
                </Badge>
              )}
            </Group>
            {error !== null && <Alert color="red">{problemText(error)}</Alert>}
            {data === undefined && error === null && <Loader size="sm" aria-label={t("common.loading")} />}
            {data?.detail && (
              <Alert color="red" role="alert">
                {data.detail}
              </Alert>
            )}
            {data !== undefined && <Code connection={data} />}
            {!connected && <Steps />}
            <Group justify="flex-end">
              {connected ? (
                <Button renderRoot={(props) => <Link to="/numbers" {...props} />}>
                  {t("numbers.qr.done")}
                </Button>
              ) : (
                <Button
                  leftSection={<IconRefresh size={17} />}
                  variant={data?.qr_code ? "default" : "filled"}
                  loading={ask.isPending}
                  onClick={() => ask.mutate()}
                >
                  {t(data?.qr_code ? "numbers.qr.again" : "numbers.qr.show")}
                </Button>
              )}
            </Group>
          </Stack>
        </Paper>
      </Stack>
    </main>
  );
}
