import { Alert, Button, Group, Text } from "@mantine/core";
import { IconBuildingCommunity } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Identity } from "@/api/signIn";
import { useProblemText } from "@/api/useProblemText";
import { useMe } from "@/auth/session";
import { dateAndTime } from "@/i18n/format";
import { ConfirmDialog } from "@/settings/ConfirmDialog";
import { Section } from "@/settings/Section";
import { unlinkIdentity, useIdentities } from "./useSignIn";

/** By which accounts at the organization's own providers the person gets in; nothing where there are none. */
export function IdentitiesSection() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const { organization } = useMe();
  const identities = useIdentities();
  const [unlinked, setUnlinked] = useState<Identity | null>(null);
  const rows = identities.data?.pages.flatMap(({ results }) => results) ?? [];
  if (rows.length === 0 && !identities.isError) return null;
  return (
    <Section
      title={t("signIn.identities.title")}
      about={t("signIn.identities.detail", { organization: organization.name })}
    >
      {identities.isError && (
        <Alert color="red" role="alert">
          {problemText(identities.error)}
        </Alert>
      )}
      <ul style={{ display: "grid", gap: 14, margin: 0, padding: 0, listStyle: "none" }}>
        {rows.map((identity) => (
          <Group
            component="li"
            key={identity.id}
            justify="space-between"
            wrap="nowrap"
            data-testid="identity"
          >
            <Group gap="sm" wrap="nowrap" miw={0}>
              <IconBuildingCommunity size={22} aria-hidden="true" style={{ flex: "none" }} />
              <div style={{ minWidth: 0 }}>
                <Text fw={600} style={{ overflowWrap: "anywhere" }}>
                  {identity.provider}
                </Text>
                <Text size="sm" c="var(--pt-muted)" style={{ overflowWrap: "anywhere" }}>
                  {identity.issuer} ·{" "}
                  {identity.last_used_at === null
                    ? t("signIn.since", { when: dateAndTime(identity.created_at) })
                    : t("signIn.lastUsed", { when: dateAndTime(identity.last_used_at) })}
                </Text>
              </div>
            </Group>
            <Button
              variant="default"
              size="xs"
              flex="none"
              aria-label={`${t("signIn.identities.unlink")}: ${identity.provider}`}
              onClick={() => setUnlinked(identity)}
            >
              {t("signIn.identities.unlink")}
            </Button>
          </Group>
        ))}
      </ul>
      {identities.hasNextPage && (
        <Button
          variant="subtle"
          loading={identities.isFetchingNextPage}
          onClick={() => void identities.fetchNextPage()}
        >
          {t("signIn.sessions.more")}
        </Button>
      )}
      {unlinked !== null && (
        <ConfirmDialog
          name={unlinked.provider}
          title={t("signIn.identities.unlinkTitle", { provider: unlinked.provider })}
          detail={t("signIn.identities.unlinkDetail")}
          does={t("signIn.identities.unlink")}
          onClose={() => setUnlinked(null)}
          onConfirm={() => unlinkIdentity(unlinked.id)}
        />
      )}
    </Section>
  );
}
