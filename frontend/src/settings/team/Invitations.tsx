import { ActionIcon, Badge, Group, Paper, Stack, Text, Title, Tooltip } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconLink, IconMailForward, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Invitation } from "@/api/invitations";
import { useProblemReport } from "@/api/useProblemText";
import { dateAndTime } from "@/i18n/format";
import { ConfirmDialog } from "@/settings/ConfirmDialog";
import { useRoleName } from "@/settings/roles/useRoles";
import { LinkDialog } from "./LinkDialog";
import classes from "./team.module.css";
import { resend, revoke, useOpenInvitations } from "./useTeam";

interface RowProps {
  invitation: Invitation;
  onLink: () => void;
  onRevoke: () => void;
}

function InvitationRow({ invitation, onLink, onRevoke }: RowProps) {
  const { t } = useTranslation();
  const report = useProblemReport();
  const roleName = useRoleName();
  const { id, email, role, custom_role, state, sent_at, expires_at } = invitation;
  const sendAgain = () => {
    resend(id).then(() => notifications.show({ message: t("team.resent", { email }) }), report);
  };
  return (
    <Paper
      withBorder
      p="md"
      radius="lg"
      component="article"
      aria-label={email}
      data-testid="invitation"
      className={classes.row}
    >
      <div className={classes.who}>
        <Group gap={6}>
          <Text fw={600} style={{ overflowWrap: "anywhere" }}>
            {email}
          </Text>
          <Badge variant="light">{roleName(custom_role ?? { id: role, name: role })}</Badge>
          {state === "expired" && <Badge color="red">{t("team.expired")}</Badge>}
        </Group>
        <Text size="sm" c="var(--pt-muted)">
          {t("team.sent", { when: dateAndTime(sent_at) })}
          {state === "waiting" && ` · ${t("team.until", { when: dateAndTime(expires_at) })}`}
        </Text>
      </div>
      <Group gap={4} wrap="nowrap">
        {state === "waiting" && (
          <Tooltip label={t("team.copyLink")}>
            <ActionIcon aria-label={`${t("team.copyLink")}: ${email}`} onClick={onLink}>
              <IconLink size={18} />
            </ActionIcon>
          </Tooltip>
        )}
        <Tooltip label={t("team.resend")}>
          <ActionIcon aria-label={`${t("team.resend")}: ${email}`} onClick={sendAgain}>
            <IconMailForward size={18} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label={t("team.revoke")}>
          <ActionIcon color="red" aria-label={`${t("team.revoke")}: ${email}`} onClick={onRevoke}>
            <IconTrash size={18} />
          </ActionIcon>
        </Tooltip>
      </Group>
    </Paper>
  );
}

/** Who was invited and hasn't come yet; nothing where there is nobody. */
export function Invitations() {
  const { t } = useTranslation();
  const invitations = useOpenInvitations();
  const [linked, setLinked] = useState<Invitation | null>(null);
  const [revoked, setRevoked] = useState<Invitation | null>(null);
  if (invitations.length === 0 && revoked === null) return null;
  return (
    <Stack gap="sm" component="section" aria-label={t("team.waiting")}>
      <Title order={2} size="h5">
        {t("team.waiting")}
      </Title>
      {invitations.map((invitation) => (
        <InvitationRow
          key={invitation.id}
          invitation={invitation}
          onLink={() => setLinked(invitation)}
          onRevoke={() => setRevoked(invitation)}
        />
      ))}
      {linked !== null && <LinkDialog invitation={linked} onClose={() => setLinked(null)} />}
      <ConfirmDialog
        name={revoked?.email ?? null}
        title={t("team.confirmRevoke", { name: revoked?.email ?? "" })}
        does={t("team.revoke")}
        detail={t("team.revokeDetail")}
        onClose={() => setRevoked(null)}
        onConfirm={() => revoke(revoked?.id ?? "")}
      />
    </Stack>
  );
}
