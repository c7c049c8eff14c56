import { Alert, Button, CopyButton, Loader, Stack, Text, TextInput } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { readInvitationLink, type Invitation } from "@/api/invitations";
import { useProblemText } from "@/api/useProblemText";
import { dateAndTime } from "@/i18n/format";
import { Dialog } from "@/layout/Dialog";

function Link({ id }: { id: string }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const { data, error } = useQuery({
    queryKey: ["invitation-link", id],
    queryFn: ({ signal }) => readInvitationLink(id, signal),
    gcTime: 0,
  });
  if (error !== null) return <Alert color="red">{problemText(error)}</Alert>;
  if (data === undefined) return <Loader size="sm" aria-label={t("common.loading")} />;
  return (
    <Stack>
      <Text size="sm">{t("team.linkDetail")}</Text>
      <TextInput
        label={t("team.link")}
        description={t("team.linkUntil", { when: dateAndTime(data.expires_at) })}
        readOnly
        value={data.link}
        onFocus={(event) => event.currentTarget.select()}
      />
      <CopyButton value={data.link}>
        {({ copied, copy }) => (
          <Button
            data-autofocus
            leftSection={copied ? <IconCheck size={17} /> : <IconCopy size={17} />}
            onClick={copy}
          >
            {copied ? t("settings.copied") : t("team.copyLink")}
          </Button>
        )}
      </CopyButton>
    </Stack>
  );
}

/** An invitation's link, to be handed over by other means than e-mail. */
export function LinkDialog({ invitation, onClose }: { invitation: Invitation; onClose: () => void }) {
  return (
    <Dialog opened onClose={onClose} title={invitation.email} size="lg">
      <Link id={invitation.id} />
    </Dialog>
  );
}
