import { Button, Stack, Text, Title } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Role } from "@/api/roles";
import { usePermission } from "@/auth/session";
import { ConfirmDialog } from "@/settings/ConfirmDialog";
import { SettingsPage } from "@/settings/SettingsPage";
import { RoleCard } from "./RoleCard";
import { RoleDialog } from "./RoleDialog";
import { removeRole, useRoles } from "./useRoles";

export function RolesPage() {
  const { t } = useTranslation();
  const mayManage = usePermission("roles.manage");
  const roles = useRoles();
  const [edited, setEdited] = useState<Role | "new" | null>(null);
  const [removed, setRemoved] = useState<Role | null>(null);
  const all = roles.data ?? [];
  const cards = (builtIn: boolean) =>
    all
      .filter(({ is_built_in }) => is_built_in === builtIn)
      .map((role) => (
        <RoleCard
          key={role.id}
          role={role}
          onEdit={() => setEdited(role)}
          onRemove={() => setRemoved(role)}
        />
      ));
  const own = cards(false);
  return (
    <SettingsPage
      section="roles"
      query={roles}
      action={
        mayManage && (
          <Button leftSection={<IconPlus size={17} />} onClick={() => setEdited("new")}>
            {t("roles.new")}
          </Button>
        )
      }
    >
      <Stack gap="sm">
        <Title order={2} size="h5">
          {t("roles.ownTitle")}
        </Title>
        {own.length === 0 && <Text c="var(--pt-muted)">{t("roles.none")}</Text>}
        {own}
      </Stack>
      <Stack gap="sm">
        <div>
          <Title order={2} size="h5">
            {t("roles.builtInTitle")}
          </Title>
          <Text size="sm" c="var(--pt-muted)">
            {t("roles.builtInDetail")}
          </Text>
        </div>
        {cards(true)}
      </Stack>
      {edited !== null && (
        <RoleDialog role={edited === "new" ? null : edited} onClose={() => setEdited(null)} />
      )}
      <ConfirmDialog
        name={removed?.name ?? null}
        detail={t("roles.removeDetail")}
        onClose={() => setRemoved(null)}
        onConfirm={() => removeRole(removed?.id ?? "")}
      />
    </SettingsPage>
  );
}
