import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { FormDialog } from "./FormDialog";

interface Props {
  /** What is to go, by name; null: the dialog is closed. */
  name: string | null;
  detail?: string;
  title?: string;
  does?: string;
  onClose: () => void;
  onConfirm: () => Promise<unknown>;
}

/** Asks before something goes. */
export function ConfirmDialog({ name, detail, title, does, onClose, onConfirm }: Props) {
  const { t } = useTranslation();
  return (
    <FormDialog
      opened={name !== null}
      onClose={onClose}
      title={title ?? t("settings.confirmRemove", { name })}
      does={does ?? t("settings.remove")}
      danger
      onSend={onConfirm}
    >
      {() => detail !== undefined && <Text size="sm">{detail}</Text>}
    </FormDialog>
  );
}
