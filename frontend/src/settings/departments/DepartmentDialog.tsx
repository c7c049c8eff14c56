import { ColorInput, MultiSelect, NumberInput, Switch, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Department } from "@/api/departments";
import { useColleagues } from "@/inbox/useColleagues";
import { FormDialog } from "@/settings/FormDialog";
import { BusinessHours, type Hours } from "./BusinessHours";
import { IconPicker } from "./IconPicker";
import { useSaveDepartment } from "./useDepartments";

const COLORS = ["#3B82F6", "#10B981", "#A855F7", "#F59E0B", "#EF4444", "#14B8A6", "#64748B"];

interface Props {
  /** The one to change; none: a new one. */
  department: Department | null;
  opened: boolean;
  onClose: () => void;
}

export function DepartmentDialog({ department, opened, onClose }: Props) {
  const { t } = useTranslation();
  const colleagues = useColleagues();
  const save = useSaveDepartment(department);
  const [form, setForm] = useState({
    name: department?.name ?? "",
    description: department?.description ?? "",
    color: department?.color ?? "#3B82F6",
    icon: department?.icon ?? "",
    business_hours: (department?.business_hours ?? {}) as Hours,
    offline_message: department?.offline_message ?? "",
    max_conversations_per_agent: (department?.max_conversations_per_agent ?? 10) as number | string,
    is_active: department?.is_active ?? true,
  });
  const [members, setMembers] = useState(department?.agent_ids ?? []);
  const set = (changes: Partial<typeof form>) => setForm((before) => ({ ...before, ...changes }));
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={department?.name ?? t("departments.new")}
      size="lg"
      onSend={() =>
        save({
          form: { ...form, max_conversations_per_agent: Number(form.max_conversations_per_agent) },
          members,
        })
      }
    >
      {(problems) => (
        <>
          <TextInput
            label={t("departments.name")}
            required
            data-autofocus
            maxLength={255}
            value={form.name}
            error={problems.name ?? problems.slug}
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
          <Textarea
            label={t("departments.description")}
            autosize
            maxRows={4}
            value={form.description}
            error={problems.description}
            onChange={(event) => set({ description: event.currentTarget.value })}
          />
          <ColorInput
            label={t("departments.color")}
            format="hex"
            swatches={COLORS}
            eyeDropperButtonProps={{ "aria-label": t("departments.pickColor") }}
            value={form.color}
            error={problems.color}
            onChange={(color) => set({ color })}
          />
          <IconPicker value={form.icon} error={problems.icon} onChange={(icon) => set({ icon })} />
          <MultiSelect
            label={t("departments.members")}
            searchable
            data={colleagues.map(({ id, full_name }) => ({ value: id, label: full_name }))}
            value={members}
            onChange={setMembers}
          />
          <BusinessHours
            value={form.business_hours}
            error={problems.business_hours}
            onChange={(business_hours) => set({ business_hours })}
          />
          <Textarea
            label={t("departments.offlineMessage")}
            autosize
            maxRows={5}
            value={form.offline_message}
            error={problems.offline_message}
            onChange={(event) => set({ offline_message: event.currentTarget.value })}
          />
          <NumberInput
            label={t("departments.maxPerAgent")}
            required
            allowDecimal={false}
            min={1}
            max={100}
            value={form.max_conversations_per_agent}
            error={problems.max_conversations_per_agent}
            onChange={(value) => set({ max_conversations_per_agent: value })}
          />
          <Switch
            label={t("departments.active")}
            checked={form.is_active}
            onChange={(event) => set({ is_active: event.currentTarget.checked })}
          />
        </>
      )}
    </FormDialog>
  );
}
