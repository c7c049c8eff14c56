import { Badge, Button, Group, Paper, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Department } from "@/api/departments";
import { usePermission } from "@/auth/session";
import { ConfirmDialog } from "@/settings/ConfirmDialog";
import { RowActions } from "@/settings/RowActions";
import { SettingsPage } from "@/settings/SettingsPage";
import { DepartmentDialog } from "./DepartmentDialog";
import { DepartmentMark } from "./DepartmentMark";
import { removeDepartment, useDepartments } from "./useDepartments";

interface RowProps {
  department: Department;
  mayManage: boolean;
  onEdit: () => void;
  onRemove: () => void;
}

function DepartmentRow({ department, mayManage, onEdit, onRemove }: RowProps) {
  const { t } = useTranslation();
  const { name, description, color, icon, is_active, total_agents } = department;
  return (
    <Paper withBorder p="md" radius="lg" data-testid="department">
      <Group justify="space-between" wrap="nowrap">
        <Group gap="sm" wrap="nowrap" miw={0}>
          <DepartmentMark color={color} icon={icon} />
          <div style={{ minWidth: 0 }}>
            <Text fw={600} truncate>
              {name}
            </Text>
            <Text size="sm" c="var(--pt-muted)" truncate>
              {t("departments.memberCount", { count: total_agents })}
              {description !== "" && ` · ${description}`}
            </Text>
          </div>
        </Group>
        <Group gap={4} wrap="nowrap">
          {!is_active && <Badge color="gray">{t("departments.inactive")}</Badge>}
          {mayManage && <RowActions name={name} onEdit={onEdit} onRemove={onRemove} />}
        </Group>
      </Group>
    </Paper>
  );
}

export function DepartmentsPage() {
  const { t } = useTranslation();
  const mayManage = usePermission("departments.manage");
  const departments = useDepartments();
  const [edited, setEdited] = useState<Department | "new" | null>(null);
  const [removed, setRemoved] = useState<Department | null>(null);
  return (
    <SettingsPage
      section="departments"
      query={departments}
      action={
        mayManage && (
          <Button leftSection={<IconPlus size={17} />} onClick={() => setEdited("new")}>
            {t("departments.new")}
          </Button>
        )
      }
    >
      {departments.data?.length === 0 && <Text c="var(--pt-muted)">{t("departments.none")}</Text>}
      {departments.data?.map((department) => (
        <DepartmentRow
          key={department.id}
          department={department}
          mayManage={mayManage}
          onEdit={() => setEdited(department)}
          onRemove={() => setRemoved(department)}
        />
      ))}
      {edited !== null && (
        <DepartmentDialog
          opened
          department={edited === "new" ? null : edited}
          onClose={() => setEdited(null)}
        />
      )}
      <ConfirmDialog
        name={removed?.name ?? null}
        detail={t("departments.removeDetail")}
        onClose={() => setRemoved(null)}
        onConfirm={() => removeDepartment(removed?.id ?? "")}
      />
    </SettingsPage>
  );
}
