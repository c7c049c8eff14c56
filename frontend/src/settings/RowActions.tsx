import { ActionIcon, Tooltip } from "@mantine/core";
import { IconPencil, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

interface Props {
  /** Of what the row is about, for those who hear the buttons. */
  name: string;
  onEdit: () => void;
  onRemove: () => void;
}

/** What can be done with a row of a list. */
export function RowActions({ name, onEdit, onRemove }: Props) {
  const { t } = useTranslation();
  return (
    <>
      <Tooltip label={t("settings.edit")}>
        <ActionIcon aria-label={`${t("settings.edit")}: ${name}`} onClick={onEdit}>
          <IconPencil size={18} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={t("settings.remove")}>
        <ActionIcon color="red" aria-label={`${t("settings.remove")}: ${name}`} onClick={onRemove}>
          <IconTrash size={18} />
        </ActionIcon>
      </Tooltip>
    </>
  );
}
