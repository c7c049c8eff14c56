import { Alert, Badge, Button, Group, Loader, Text } from "@mantine/core";
import { IconDeviceDesktop, IconDeviceMobile } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { OpenSession } from "@/api/signIn";
import { useProblemReport, useProblemText } from "@/api/useProblemText";
import { dateAndTime } from "@/i18n/format";
import { ConfirmDialog } from "@/settings/ConfirmDialog";
import { Section } from "@/settings/Section";
import { endOtherSessions, endSession, useSessions } from "./useSignIn";

const ON_PHONE = /iPhone|iPad|Android/;

function SessionRow({ session }: { session: OpenSession }) {
  const { t } = useTranslation();
  const report = useProblemReport();
  const end = useMutation({ mutationFn: () => endSession(session.id), onError: report });
  const Icon = ON_PHONE.test(session.device) ? IconDeviceMobile : IconDeviceDesktop;
  const device = session.device || t("signIn.sessions.unknown");
  return (
    <Group component="li" justify="space-between" wrap="nowrap" data-testid="open-session">
      <Group gap="sm" wrap="nowrap" miw={0}>
        <Icon size={22} aria-hidden="true" style={{ flex: "none" }} />
        <div style={{ minWidth: 0 }}>
          <Group gap={6}>
            <Text fw={600}>{device}</Text>
            {session.current && (
              <Badge variant="default" c="var(--pt-success)">
                {t("signIn.sessions.current")}
              </Badge>
            )}
          </Group>
          <Text size="sm" c="var(--pt-muted)">
            {session.address !== null && `${session.address} · `}
            {t("signIn.sessions.since", { when: dateAndTime(session.created_at) })}
            {" · "}
            {t("signIn.lastUsed", { when: dateAndTime(session.last_used_at) })}
          </Text>
        </div>
      </Group>
      {!session.current && (
        <Button
          variant="default"
          size="xs"
          flex="none"
          loading={end.isPending}
          aria-label={`${t("signIn.sessions.end")}: ${device}`}
          onClick={() => end.mutate()}
        >
          {t("signIn.sessions.end")}
        </Button>
      )}
    </Group>
  );
}

/** Where the account is open; what isn't the person's own doing, they end. */
export function SessionsSection() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const sessions = useSessions();
  const [asking, setAsking] = useState(false);
  const rows = sessions.data?.pages.flatMap(({ results }) => results) ?? [];
  return (
    <Section
      title={t("signIn.sessions.title")}
      about={t("signIn.sessions.detail")}
      action={
        rows.length > 1 && (
          <Button variant="default" color="red" size="xs" onClick={() => setAsking(true)}>
            {t("signIn.sessions.endOthers")}
          </Button>
        )
      }
    >
      {sessions.isPending && <Loader aria-label={t("common.loading")} />}
      {sessions.isError && (
        <Alert color="red" role="alert">
          {problemText(sessions.error)}
        </Alert>
      )}
      <ul style={{ display: "grid", gap: 14, margin: 0, padding: 0, listStyle: "none" }}>
        {rows.map((session) => (
          <SessionRow key={session.id} session={session} />
        ))}
      </ul>
      {sessions.hasNextPage && (
        <Button
          variant="subtle"
          loading={sessions.isFetchingNextPage}
          onClick={() => void sessions.fetchNextPage()}
        >
          {t("signIn.sessions.more")}
        </Button>
      )}
      <ConfirmDialog
        name={asking ? t("signIn.sessions.title") : null}
        title={t("signIn.sessions.endOthersTitle")}
        detail={t("signIn.sessions.endOthersDetail")}
        does={t("signIn.sessions.endOthers")}
        onClose={() => setAsking(false)}
        onConfirm={endOtherSessions}
      />
    </Section>
  );
}
