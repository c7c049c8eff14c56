import { ActionIcon, Menu } from "@mantine/core";
import { IconCopy, IconDots, IconPencil, IconPlayerPlay, IconSend, IconTrash } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Template } from "@/api/templates";
import { DeleteDialog } from "./DeleteDialog";
import { useTemplateChanges } from "./useTemplates";
import { isEditable } from "./words";

interface Props {
  template: Template;
  numberId: string;
  onDeleted?: () => void | Promise<void>;
}

/** What can be done with a template. */
export function TemplateMenu({ template, numberId, onDeleted }: Props) {
  const { t } = useTranslation();
  const { submit, unpause } = useTemplateChanges(template, numberId);
  const [deleting, setDeleting] = useState(false);
  return (
    <>
      <Menu position="bottom-end" width={230}>
        <Menu.Target>
          <ActionIcon
            aria-label={t("templates.actionsOf", { name: template.name })}
            data-testid="template-menu"
          >
            <IconDots size={19} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {isEditable(template) && (
            <Menu.Item
              leftSection={<IconPencil size={16} />}
              renderRoot={(props) => (
                <Link to="/templates/$templateId/edit" params={{ templateId: template.id }} {...props} />
              )}
            >
              {t("templates.edit")}
            </Menu.Item>
          )}
          {template.status === "DRAFT" && (
            <Menu.Item leftSection={<IconSend size={16} />} onClick={() => submit.mutate()}>
              {t("templates.submit")}
            </Menu.Item>
          )}
          {template.status === "PAUSED" && (
            <Menu.Item leftSection={<IconPlayerPlay size={16} />} onClick={() => unpause.mutate()}>
              {t("templates.unpause")}
            </Menu.Item>
          )}
          <Menu.Item
            leftSection={<IconCopy size={16} />}
            renderRoot={(props) => (
              <Link to="/templates/new" search={{ from: template.id, number: numberId }} {...props} />
            )}
          >
            {t("templates.copy")}
          </Menu.Item>
          {!template.is_system && (
            <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={() => setDeleting(true)}>
              {t("templates.delete.title")}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {deleting && (
        <DeleteDialog
          template={template}
          numberId={numberId}
          onClose={() => setDeleting(false)}
          onDeleted={onDeleted}
        />
      )}
    </>
  );
}
