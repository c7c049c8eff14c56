import { Text, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Role } from "@/api/roles";
import { FormDialog } from "@/settings/FormDialog";
import { PermissionChecks } from "./PermissionChecks";
import { saveRole } from "./useRoles";

interface Props {
  /** The one to change; none: a new one. */
  role: Role | null;
  onClose: () => void;
}

export function RoleDialog({ role, onClose }: Props) {
  const { t } = useTranslation();
  const [form, setForm] = useState({
    name: role?.name ?? "",
    description: role?.description ?? "",
    permissions: role?.permissions ?? [],
  });
  const set = (changes: Partial<typeof form>) => setForm((before) => ({ ...before, ...changes }));
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={role?.name ?? t("roles.new")}
      size="xl"
      onSend={() => saveRole(role, form)}
    >
      {(problems) => (
        <>
          <TextInput
            label={t("roles.name")}
            required
            data-autofocus
            maxLength={80}
            value={form.name}
            error={problems.name}
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
          <Textarea
            label={t("roles.description")}
            autosize
            maxRows={4}
            maxLength={300}
            value={form.description}
            error={problems.description}
            onChange={(event) => set({ description: event.currentTarget.value })}
          />
          <Text fw={600}>{t("roles.permissionsTitle")}</Text>
          <PermissionChecks
            value={form.permissions}
            error={problems.permissions}
            onChange={(permissions) => set({ permissions })}
          />
        </>
      )}
    </FormDialog>
  );
}
