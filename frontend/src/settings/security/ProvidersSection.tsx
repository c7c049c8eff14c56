import { Alert, Badge, Button, Group, Loader, Stack, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { IdentityProvider } from "@/api/security";
import { useProblemText } from "@/api/useProblemText";
import { useMe } from "@/auth/session";
import { CopyField } from "@/layout/CopyField";
import { ConfirmDialog } from "@/settings/ConfirmDialog";
import { RowActions } from "@/settings/RowActions";
import { Section } from "@/settings/Section";
import { ProviderDialog, REDIRECT_ADDRESS } from "./ProviderDialog";
import { removeProvider, useProviders } from "./useSecurity";

interface RowProps {
  provider: IdentityProvider;
  onEdit: () => void;
  onRemove: () => void;
}

function ProviderRow({ provider, onEdit, onRemove }: RowProps) {
  const { t } = useTranslation();
  const { name, issuer, domains, joins_as, is_active } = provider;
  const role = (["owner", "admin", "supervisor", "agent", "viewer"] as const).find(
    (each) => each === joins_as,
  );
  return (
    <Group justify="space-between" wrap="nowrap" data-testid="identity-provider">
      <div style={{ minWidth: 0 }}>
        <Group gap="xs">
          <Text fw={600} truncate>
            {name}
          </Text>
          {!is_active && <Badge color="gray">{t("security.inactive")}</Badge>}
        </Group>
        <Text size="sm" c="var(--pt-muted)" style={{ overflowWrap: "anywhere" }}>
          {issuer}
        </Text>
        <Text size="sm" c="var(--pt-muted)" style={{ overflowWrap: "anywhere" }}>
          {role === undefined
            ? t("security.nobodyJoins")
            : t("security.whoJoins", { domains: domains.join(", "), role: t(`layout.roles.${role}`) })}
        </Text>
      </div>
      <Group gap={4} wrap="nowrap">
        <RowActions name={name} onEdit={onEdit} onRemove={onRemove} />
      </Group>
    </Group>
  );
}

/** Where the organization's people may sign in elsewhere. */
export function ProvidersSection() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const { slug } = useMe().organization;
  const { data: providers, error } = useProviders();
  const [edited, setEdited] = useState<IdentityProvider | "new" | null>(null);
  const [removed, setRemoved] = useState<IdentityProvider | null>(null);
  return (
    <Section
      title={t("security.providers")}
      about={t("security.providersHint")}
      action={
        <Button leftSection={<IconPlus size={17} />} onClick={() => setEdited("new")}>
          {t("security.newProvider")}
        </Button>
      }
    >
      <CopyField label={t("security.slug")} description={t("security.slugHint")} value={slug} />
      <CopyField
        label={t("security.link")}
        description={t("security.linkHint")}
        value={`${location.origin}/app/login?organization=${slug}`}
      />
      <CopyField
        label={t("security.redirect")}
        description={t("security.redirectHint")}
        value={providers?.[0]?.redirect_uri ?? REDIRECT_ADDRESS}
      />
      {providers === undefined && error === null && <Loader aria-label={t("common.loading")} />}
      {error !== null && (
        <Alert color="red" role="alert">
          {problemText(error)}
        </Alert>
      )}
      {providers?.length === 0 && <Text c="var(--pt-muted)">{t("security.noProvider")}</Text>}
      {providers !== undefined && providers.length > 0 && (
        <Stack gap="md">
          {providers.map((provider) => (
            <ProviderRow
              key={provider.id}
              provider={provider}
              onEdit={() => setEdited(provider)}
              onRemove={() => setRemoved(provider)}
            />
          ))}
        </Stack>
      )}
      {edited !== null && (
        <ProviderDialog provider={edited === "new" ? null : edited} onClose={() => setEdited(null)} />
      )}
      <ConfirmDialog
        name={removed?.name ?? null}
        detail={t("security.removeDetail")}
        onClose={() => setRemoved(null)}
        onConfirm={() => removeProvider(removed?.id ?? "")}
      />
    </Section>
  );
}
