import { Button, Collapse, MultiSelect, Stack, Text, Textarea } from "@mantine/core";
import { IconChevronDown, IconChevronUp } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { User } from "@/api/users";
import { useDepartments } from "@/settings/departments/useDepartments";
import { FormDialog } from "@/settings/FormDialog";
import { PermissionChecks } from "@/settings/roles/PermissionChecks";
import { useRoles } from "@/settings/roles/useRoles";
import { RolePicker } from "./RolePicker";
import { SkillsEditor } from "./SkillsEditor";
import { useBounds } from "./useBounds";
import { formOf, savePerson, type PersonForm } from "./useTeam";

interface Props {
  user: User;
  onClose: () => void;
}

/** A person's place in the organization. Name, e-mail and password are their own. */
export function PersonDialog({ user, onClose }: Props) {
  const { t } = useTranslation();
  const departments = useDepartments().data ?? [];
  const roles = useRoles().data ?? [];
  const { place: fixed } = useBounds(user);
  const [form, setForm] = useState(() => formOf(user));
  const [showExtra, setShowExtra] = useState(false);
  const set = (changes: Partial<PersonForm>) => setForm((before) => ({ ...before, ...changes }));
  const skills = form.skills.filter(({ name }) => name.trim() !== "");
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={user.full_name}
      size="lg"
      onSend={() => savePerson(user, { ...form, skills })}
    >
      {(problems) => (
        <>
          <RolePicker
            value={form.role}
            fixed={fixed}
            error={problems.role ?? problems.custom_role_id}
            onChange={(role) => set({ role })}
          />
          <MultiSelect
            label={t("team.departments")}
            searchable
            data={departments.map(({ id, name }) => ({ value: id, label: name }))}
            value={form.department_ids}
            error={problems.department_ids}
            onChange={(department_ids) => set({ department_ids })}
          />
          <SkillsEditor
            value={form.skills}
            error={problems.skills}
            onChange={(changed) => set({ skills: changed })}
          />
          <Textarea
            label={t("team.greeting")}
            description={t("team.greetingDetail")}
            autosize
            maxRows={5}
            maxLength={2000}
            value={form.greeting}
            error={problems.greeting}
            onChange={(event) => set({ greeting: event.currentTarget.value })}
          />
          {fixed === undefined && (
            <Stack gap="xs">
              <Button
                variant="subtle"
                size="compact-sm"
                style={{ alignSelf: "flex-start" }}
                aria-expanded={showExtra}
                rightSection={showExtra ? <IconChevronUp size={16} /> : <IconChevronDown size={16} />}
                onClick={() => setShowExtra(!showExtra)}
              >
                {t("team.extra")} ({form.extra_permissions.length})
              </Button>
              <Collapse expanded={showExtra}>
                {showExtra && (
                  <Stack gap="xs">
                    <Text size="sm" c="var(--pt-muted)">
                      {t("team.extraDetail")}
                    </Text>
                    <PermissionChecks
                      value={form.extra_permissions}
                      given={roles.find(({ id }) => id === form.role)?.permissions}
                      error={problems.extra_permissions}
                      onChange={(extra_permissions) => set({ extra_permissions })}
                    />
                  </Stack>
                )}
              </Collapse>
            </Stack>
          )}
        </>
      )}
    </FormDialog>
  );
}
