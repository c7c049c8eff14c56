import { ActionIcon, Alert, CopyButton, Loader, Stack, Text, TextInput, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { readWebhook } from "@/api/numbers";
import { useProblemText } from "@/api/useProblemText";
import { Dialog } from "@/layout/Dialog";

function ToCopy({ label, value }: { label: string; value: string }) {
  const { t } = useTranslation();
  return (
    <TextInput
      label={label}
      value={value}
      readOnly
      rightSection={
        <CopyButton value={value}>
          {({ copied, copy }) => (
            <Tooltip label={copied ? t("numbers.copied") : t("numbers.copy")}>
              <ActionIcon onClick={copy} aria-label={`${t("numbers.copy")}: ${label}`}>
                {copied ? <IconCheck size={17} /> : <IconCopy size={17} />}
              </ActionIcon>
            </Tooltip>
          )}
        </CopyButton>
      }
    />
  );
}

function Webhook({ numberId }: { numberId: string }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const { data, error } = useQuery({
    queryKey: ["webhook", numberId],
    queryFn: ({ signal }) => readWebhook(numberId, signal),
    gcTime: 0,
  });
  if (error !== null) return <Alert color="red">{problemText(error)}</Alert>;
  if (data === undefined) return <Loader size="sm" aria-label={t("common.loading")} />;
  return (
    <Stack>
      <Text size="sm">{t("numbers.webhookDetail")}</Text>
      <ToCopy label={t("numbers.webhookUrl")} value={data.webhook_url} />
      <ToCopy label={t("numbers.verifyToken")} value={data.verify_token} />
    </Stack>
  );
}

interface Props {
  numberId: string;
  opened: boolean;
  onClose: () => void;
}

/** What is to be entered at Meta, so that messages arrive here. */
export function WebhookDialog({ numberId, opened, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} onClose={onClose} title={t("numbers.webhook")} size="lg">
      <Webhook numberId={numberId} />
    </Dialog>
  );
}
