import { Alert, Loader, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { readWebhook } from "@/api/numbers";
import { useProblemText } from "@/api/useProblemText";
import { CopyField } from "@/layout/CopyField";
import { Dialog } from "@/layout/Dialog";

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
      <CopyField label={t("numbers.webhookUrl")} value={data.webhook_url} />
      <CopyField label={t("numbers.verifyToken")} value={data.verify_token} />
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
