import { Autocomplete, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useContactSearch } from "@/contact/useContactSearch";
import { phoneText } from "@/i18n/phone";
import { SendDialog, type DialogProps } from "./SendDialog";

/** Somebody's card: of a contact, or of anybody else. */
export function ContactDialog(dialog: DialogProps) {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  const [phone, setPhone] = useState("");
  const found = useContactSearch(name).filter((contact) => contact.phone !== "");
  const choose = (value: string) => {
    setName(value);
    const contact = found.find((each) => each.display_name === value);
    if (contact !== undefined) setPhone(phoneText(contact.phone));
  };
  return (
    <SendDialog
      {...dialog}
      title={t("composer.more.kinds.contact")}
      ready={name.trim() !== "" && /\d/.test(phone)}
      message={() => ({
        type: "contacts",
        contacts: [
          {
            name: { formatted_name: name.trim(), first_name: name.trim() },
            phones: [{ phone: phone.trim(), type: "CELL" }],
          },
        ],
      })}
    >
      {(problems) => (
        <>
          <Autocomplete
            label={t("composer.more.contact.name")}
            description={t("composer.more.contact.hint")}
            value={name}
            onChange={choose}
            data={[...new Set(found.map(({ display_name }) => display_name))]}
            filter={({ options }) => options}
            error={problems.contacts}
            maxLength={1024}
            required
            data-autofocus
            renderOption={({ option }) => (
              <div>
                <Text size="sm">{option.value}</Text>
                <Text size="xs" c="var(--pt-muted)">
                  {phoneText(found.find((each) => each.display_name === option.value)?.phone ?? "")}
                </Text>
              </div>
            )}
          />
          <TextInput
            label={t("composer.more.contact.phone")}
            value={phone}
            inputMode="tel"
            error={phone.trim() !== "" && !/\d/.test(phone) && t("common.problem.kinds.phone-not-valid")}
            required
            onChange={(event) => setPhone(event.currentTarget.value)}
          />
        </>
      )}
    </SendDialog>
  );
}
