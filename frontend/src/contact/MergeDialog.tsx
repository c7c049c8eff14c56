import { Alert, Select, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { mergeContacts } from "@/api/contacts";
import { keys } from "@/api/keys";
import type { Contact } from "@/api/types";
import { queryClient } from "@/app/queryClient";
import { phoneText } from "@/i18n/phone";
import { FormDialog } from "@/settings/FormDialog";
import { useContactSearch } from "./useContactSearch";

interface Chosen {
  id: string;
  name: string;
}

interface PickerProps {
  contact: Contact;
  chosen: Chosen | null;
  error: string | undefined;
  onChoose: (chosen: Chosen | null) => void;
}

function OtherPicker({ contact, chosen, error, onChoose }: PickerProps) {
  const { t } = useTranslation();
  const [words, setWords] = useState("");
  const found = useContactSearch(words === chosen?.name ? "" : words).filter(({ id }) => id !== contact.id);
  const shown = found.map(({ id, display_name }) => ({ value: id, label: display_name }));
  const known =
    chosen === null || shown.some(({ value }) => value === chosen.id)
      ? shown
      : [{ value: chosen.id, label: chosen.name }, ...shown];
  return (
    <Select
      label={t("contact.merge.other")}
      description={t("contact.merge.hint")}
      required
      searchable
      data-autofocus
      data={known}
      filter={({ options }) => options}
      nothingFoundMessage={words.trim() === "" ? undefined : t("contact.merge.nobody")}
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

interface Props {
  opened: boolean;
  contact: Contact;
  onClose: () => void;
}

function MergeForm({ contact, onClose }: Omit<Props, "opened">) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const send = async () => {
    const merged = await mergeContacts(contact.id, chosen?.id ?? "");
    queryClient.setQueryData(keys.contact(contact.id), merged);
    // Two conversations may be one now.
    void queryClient.invalidateQueries({ queryKey: keys.lists });
    void queryClient.invalidateQueries({ queryKey: ["conversation"] });
  };
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={t("contact.merge.title", { name: contact.display_name })}
      does={t("contact.merge.do")}
      danger
      ready={chosen !== null}
      onSend={send}
    >
      {(problems) => (
        <>
          <OtherPicker contact={contact} chosen={chosen} error={problems.other_id} onChoose={setChosen} />
          {chosen !== null && (
            <Alert color="orange" icon={<IconAlertTriangle size={18} />}>
              {t("contact.merge.warning", { name: contact.display_name, other: chosen.name })}
            </Alert>
          )}
        </>
      )}
    </FormDialog>
  );
}

/** Says that another contact is this person, too. */
export function MergeDialog({ opened, ...rest }: Props) {
  return opened ? <MergeForm {...rest} /> : null;
}
