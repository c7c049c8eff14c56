import { Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import classes from "./contact.module.css";

interface Props {
  label: string;
  value: string;
  placeholder: string;
  type?: "text" | "email";
  multiline?: boolean;
  disabled: boolean;
  /** Saves the new value; a refusal keeps what was written. */
  onSave: (value: string) => Promise<unknown>;
}

/** A value that is edited where it stands: saved on Enter or on leaving, given up on Escape. */
export function EditableField({
  label,
  value,
  placeholder,
  type = "text",
  multiline = false,
  disabled,
  onSave,
}: Props) {
  const [draft, setDraft] = useState<string | null>(null);

  const save = async () => {
    if (draft === null) return;
    if (draft.trim() === value) {
      setDraft(null);
      return;
    }
    try {
      await onSave(draft.trim());
      setDraft(null);
    } catch {
      // The reason was shown; what was written stays for another try.
    }
  };

  const shared = {
    label,
    placeholder,
    disabled,
    value: draft ?? value,
    size: "sm" as const,
    classNames: { input: classes.fieldInput, label: classes.fieldLabel },
    onChange: (event: React.ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) =>
      setDraft(event.currentTarget.value),
    onBlur: () => void save(),
    onKeyDown: (event: React.KeyboardEvent<HTMLInputElement | HTMLTextAreaElement>) => {
      if (event.key === "Escape") {
        event.stopPropagation();
        setDraft(null);
      }
      if (event.key === "Enter" && !(multiline && event.shiftKey)) {
        event.preventDefault();
        event.currentTarget.blur();
      }
    },
  };
  return multiline ? (
    <Textarea {...shared} autosize minRows={2} maxRows={8} />
  ) : (
    <TextInput {...shared} type={type} />
  );
}
