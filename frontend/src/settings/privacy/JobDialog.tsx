import { Alert, Input, SegmentedControl, Select, Text, Textarea, TextInput } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { NewPrivacyJob } from "@/api/privacy";
import { useContact } from "@/contact/useContact";
import { useContactSearch } from "@/contact/useContactSearch";
import { phoneText } from "@/i18n/phone";
import { FormDialog } from "@/settings/FormDialog";
import { startPrivacyJob, useEverybody } from "./usePrivacy";

type Kind = NewPrivacyJob["kind"];
type SubjectKind = NewPrivacyJob["subject_kind"];

interface Subject {
  id: string;
  name: string;
}

interface PickerProps {
  chosen: Subject | null;
  error: string | undefined;
  onChoose: (subject: Subject | null) => void;
}

function ContactPicker({ chosen, error, onChoose }: PickerProps) {
  const { t } = useTranslation();
  const [words, setWords] = useState("");
  const found = useContactSearch(words === chosen?.name ? "" : words);
  const shown = found.map(({ id, display_name, phone }) => ({ value: id, label: display_name, phone }));
  const known =
    chosen === null || shown.some(({ value }) => value === chosen.id)
      ? shown
      : [{ value: chosen.id, label: chosen.name, phone: "" }, ...shown];
  return (
    <Select
      label={t("privacy.contact")}
      description={t("privacy.contactHint")}
      required
      searchable
      data-autofocus
      data={known}
      filter={({ options }) => options}
      nothingFoundMessage={words.trim() === "" ? undefined : t("privacy.nobodyFound")}
      searchValue={words}
      onSearchChange={setWords}
      value={chosen?.id ?? null}
      error={error}
      renderOption={({ option }) => (
        <div>
          <Text size="sm">{option.label}</Text>
          <Text size="xs" c="var(--pt-muted)">
            {phoneText(found.find(({ id }) => id === option.value)?.phone ?? "")}
          </Text>
        </div>
      )}
      onChange={(_id, option) => onChoose(option === null ? null : { id: option.value, name: option.label })}
    />
  );
}

function MemberPicker({ chosen, error, onChoose }: PickerProps) {
  const { t } = useTranslation();
  const everybody = useEverybody();
  return (
    <Select
      label={t("privacy.member")}
      required
      searchable
      nothingFoundMessage={t("privacy.nobodyFound")}
      data={everybody.map(({ id, full_name }) => ({ value: id, label: full_name }))}
      value={chosen?.id ?? null}
      error={error}
      onChange={(_id, option) => onChoose(option === null ? null : { id: option.value, name: option.label })}
    />
  );
}

interface FormProps {
  contact: Subject | null;
  onClose: () => void;
}

function JobForm({ contact, onClose }: FormProps) {
  const { t } = useTranslation();
  const [kind, setKind] = useState<Kind>("export");
  const [subjectKind, setSubjectKind] = useState<SubjectKind>("contact");
  const [chosen, setChosen] = useState<Subject | null>(contact);
  const [reason, setReason] = useState("");
  const [typed, setTyped] = useState("");
  const erases = kind === "erase";
  const Picker = subjectKind === "contact" ? ContactPicker : MemberPicker;
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={t("privacy.newJob")}
      does={t(erases ? "privacy.doErase" : "privacy.doExport")}
      danger={erases}
      ready={chosen !== null && (!erases || typed.trim() === chosen.name.trim())}
      onSend={() =>
        startPrivacyJob({ kind, subject_kind: subjectKind, subject_id: chosen?.id ?? "", reason })
      }
    >
      {(problems) => (
        <>
          <Input.Wrapper label={t("privacy.what")} labelElement="div">
            <SegmentedControl
              fullWidth
              aria-label={t("privacy.what")}
              data={[
                { value: "export", label: t("privacy.kinds.export") },
                { value: "erase", label: t("privacy.kinds.erase") },
              ]}
              value={kind}
              onChange={(value) => setKind(value)}
            />
          </Input.Wrapper>
          <Input.Wrapper label={t("privacy.whose")} labelElement="div">
            <SegmentedControl
              fullWidth
              aria-label={t("privacy.whose")}
              data={[
                { value: "contact", label: t("privacy.subjects.contact") },
                { value: "user", label: t("privacy.subjects.user") },
              ]}
              value={subjectKind}
              onChange={(value) => {
                setSubjectKind(value);
                setChosen(null);
              }}
            />
          </Input.Wrapper>
          <Picker chosen={chosen} error={problems.subject_id} onChoose={setChosen} />
          {erases && chosen !== null && (
            <>
              <Alert color="red" icon={<IconAlertTriangle size={18} />}>
                {t(`privacy.eraseDetail.${subjectKind}`)}
              </Alert>
              <TextInput
                label={t("privacy.typeName", { name: chosen.name })}
                required
                autoComplete="off"
                value={typed}
                onChange={(event) => setTyped(event.currentTarget.value)}
              />
            </>
          )}
          {!erases && (
            <Text size="sm" c="var(--pt-muted)">
              {t("privacy.exportDetail")}
            </Text>
          )}
          <Textarea
            label={t("privacy.reason")}
            description={t("privacy.reasonHint")}
            autosize
            maxRows={4}
            maxLength={500}
            value={reason}
            error={problems.reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
        </>
      )}
    </FormDialog>
  );
}

function JobOfContact({ contactId, onClose }: { contactId: string; onClose: () => void }) {
  const { data: contact, isError } = useContact(contactId);
  if (contact === undefined && !isError) return null;
  const subject = contact === undefined ? null : { id: contact.id, name: contact.display_name };
  return <JobForm contact={subject} onClose={onClose} />;
}

interface Props {
  /** Whom it is about, where the page was opened for somebody. */
  contactId: string | undefined;
  onClose: () => void;
}

/** Has somebody's data exported or erased. */
export function JobDialog({ contactId, onClose }: Props) {
  return contactId === undefined ? (
    <JobForm contact={null} onClose={onClose} />
  ) : (
    <JobOfContact contactId={contactId} onClose={onClose} />
  );
}
