import { Anchor, Badge, Button, Group, Paper, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import {
  IconKey,
  IconPlugConnected,
  IconPlugConnectedX,
  IconQrcode,
  IconSettings,
  IconStethoscope,
  IconWebhook,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { WhatsAppNumber } from "@/api/types";
import { phoneText } from "@/i18n/phone";
import { Dialog } from "@/layout/Dialog";
import { COLORS } from "./colors";
import { TokenInput } from "./TokenInput";
import { say, useNumberChanges } from "./useNumberChanges";
import { WebhookDialog } from "./WebhookDialog";

/** Meta's colours; where it knows none there is nothing to say. */
const RATINGS = ["GREEN", "YELLOW", "RED"] as const;

const CHANGE = { access_token: "numbers.changeToken", api_key: "numbers.changeKey" } as const;

interface FormProps {
  works: boolean;
  field: "access_token" | "api_key";
  busy: boolean;
  onSave: (accessToken: string) => void;
}

function TokenForm({ works, field, busy, onSave }: FormProps) {
  const { t } = useTranslation();
  const [token, setToken] = useState("");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onSave(token);
      }}
    >
      <Stack>
        <TokenInput
          label={t(`numbers.fields.${field}`)}
          description={t(works ? `numbers.hints.${field}` : "numbers.reconnectHint")}
          required={works}
          focus
          value={token}
          onChange={setToken}
        />
        <Group justify="flex-end">
          <Button type="submit" loading={busy}>
            {t(works ? CHANGE[field] : "numbers.reconnect")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface Props {
  number: WhatsAppNumber;
  mayManage: boolean;
}

export function NumberCard({ number, mayManage }: Props) {
  const { t } = useTranslation();
  const changes = useNumberChanges(number.id);
  const [showsWebhook, webhook] = useDisclosure(false);
  const [reconnecting, reconnect] = useDisclosure(false);
  const [leaving, leave] = useDisclosure(false);
  const rating = RATINGS.find((known) => known === number.quality_rating);
  const works = number.is_active && number.status === "connected";
  const isGateway = number.provider !== "cloud";
  // A gateway's number is connected again by its QR code: what is left to change is the key.
  const asksForToken = works || isGateway;
  const changeToken = CHANGE[isGateway ? "api_key" : "access_token"];
  const test = () => changes.test.mutate(undefined, { onSuccess: () => say(t("numbers.testPassed")) });

  return (
    <Paper withBorder p="md" radius="lg">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div>
          <Anchor
            fw={650}
            c="inherit"
            renderRoot={(props) => (
              <Link to="/numbers/$numberId" params={{ numberId: number.id }} {...props} />
            )}
          >
            {number.verified_name || number.display_phone_number || number.phone_number_id}
          </Anchor>
          <Text size="sm" c="var(--pt-muted)">
            {[phoneText(number.display_phone_number), number.phone_number_id].filter(Boolean).join(" · ")}
          </Text>
          <Badge variant="outline" size="sm" mt={4} color={number.provider === "cloud" ? "gray" : "yellow"}>
            {t(`numbers.provider.${number.provider}`)}
          </Badge>
        </div>
        <Badge variant="light" flex="none" color={COLORS[number.status]}>
          {t(`numbers.status.${number.status}`)}
        </Badge>
      </Group>
      {number.status_detail !== "" && (
        <Text size="sm" mt="xs" c="var(--pt-danger)">
          {number.status_detail}
        </Text>
      )}
      <Text size="sm" mt="xs" c="var(--pt-muted)">
        {t("numbers.rate", { rate: number.messages_per_second })}
        {rating !== undefined && ` · ${t(`numbers.quality.${rating}`)}`}
        {number.token_secret !== null && ` · ${t("numbers.tokenOf", { name: number.token_secret })}`}
      </Text>
      {mayManage && (
        <Group gap="xs" mt="md">
          <Button
            size="xs"
            variant="light"
            leftSection={<IconSettings size={16} />}
            renderRoot={(props) => (
              <Link to="/numbers/$numberId" params={{ numberId: number.id }} {...props} />
            )}
          >
            {t("number.open")}
          </Button>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconStethoscope size={16} />}
            loading={changes.test.isPending}
            onClick={test}
          >
            {t("numbers.test")}
          </Button>
          {number.provider === "cloud" ? (
            <Button
              size="xs"
              variant="default"
              leftSection={<IconWebhook size={16} />}
              onClick={webhook.open}
            >
              {t("numbers.webhook")}
            </Button>
          ) : (
            <Button
              size="xs"
              variant={works ? "default" : "light"}
              leftSection={<IconQrcode size={16} />}
              renderRoot={(props) => (
                <Link to="/numbers/$numberId/qr-code" params={{ numberId: number.id }} {...props} />
              )}
            >
              {t("numbers.qr.title")}
            </Button>
          )}
          <Button
            size="xs"
            variant={asksForToken ? "default" : "light"}
            leftSection={asksForToken ? <IconKey size={16} /> : <IconPlugConnected size={16} />}
            onClick={reconnect.open}
          >
            {t(asksForToken ? changeToken : "numbers.reconnect")}
          </Button>
          {number.is_active && (
            <Button
              size="xs"
              variant="subtle"
              color="red"
              leftSection={<IconPlugConnectedX size={16} />}
              onClick={leave.open}
            >
              {t("numbers.disconnect")}
            </Button>
          )}
        </Group>
      )}
      <WebhookDialog numberId={number.id} opened={showsWebhook} onClose={webhook.close} />
      <Dialog
        opened={reconnecting}
        onClose={reconnect.close}
        title={t(asksForToken ? changeToken : "numbers.reconnect")}
      >
        <TokenForm
          works={asksForToken}
          field={isGateway ? "api_key" : "access_token"}
          busy={changes.reconnect.isPending}
          onSave={(token) => changes.reconnect.mutate(token, { onSuccess: reconnect.close })}
        />
      </Dialog>
      <Dialog opened={leaving} onClose={leave.close} title={t("numbers.disconnect")}>
        <Text size="sm">{t("numbers.disconnectDetail")}</Text>
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={leave.close}>
            {t("common.cancel")}
          </Button>
          <Button
            color="red"
            loading={changes.disconnect.isPending}
            onClick={() => changes.disconnect.mutate(undefined, { onSuccess: leave.close })}
          >
            {t("numbers.disconnect")}
          </Button>
        </Group>
      </Dialog>
    </Paper>
  );
}
