import { Select, SimpleGrid, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { AuditQuery } from "@/api/audit";
import { useColleagues } from "@/inbox/useColleagues";
import { ACTIONS, TARGETS, useAuditWords } from "./words";

/** What is asked for, with days as they stand in their fields. */
export interface AuditForm extends Omit<AuditQuery, "from" | "to"> {
  since?: string;
  until?: string;
}

interface Props {
  form: AuditForm;
  onChange: (form: AuditForm) => void;
}

export function AuditFilters({ form, onChange }: Props) {
  const { t } = useTranslation();
  const words = useAuditWords();
  const colleagues = useColleagues();
  const set = (changes: Partial<AuditForm>) => onChange({ ...form, ...changes });
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, sm: 3 }} spacing="sm" verticalSpacing="xs">
      <Select
        size="sm"
        clearable
        searchable
        label={t("audit.action")}
        placeholder={t("audit.any")}
        data={ACTIONS.map(({ noun, actions }) => ({
          group: words.noun(noun),
          items: actions.map((value) => ({ value, label: words.action(value) })),
        }))}
        value={form.action ?? null}
        onChange={(value) => set({ action: value ?? undefined })}
      />
      <Select
        size="sm"
        clearable
        searchable
        label={t("audit.who")}
        placeholder={t("audit.anyone")}
        data={colleagues.map(({ id, full_name }) => ({ value: id, label: full_name }))}
        value={form.actor_id ?? null}
        onChange={(value) => set({ actor_id: value ?? undefined })}
      />
      <Select
        size="sm"
        clearable
        searchable
        label={t("audit.target")}
        placeholder={t("audit.any")}
        data={TARGETS.map((value) => ({ value, label: words.target(value) }))}
        value={form.target_kind ?? null}
        onChange={(value) => set({ target_kind: value ?? undefined })}
      />
      <TextInput
        size="sm"
        label={t("audit.targetId")}
        value={form.target_id ?? ""}
        onChange={(event) => set({ target_id: event.currentTarget.value.trim() || undefined })}
      />
      <TextInput
        size="sm"
        type="date"
        label={t("audit.since")}
        value={form.since ?? ""}
        onChange={(event) => set({ since: event.currentTarget.value || undefined })}
      />
      <TextInput
        size="sm"
        type="date"
        label={t("audit.until")}
        value={form.until ?? ""}
        onChange={(event) => set({ until: event.currentTarget.value || undefined })}
      />
    </SimpleGrid>
  );
}
