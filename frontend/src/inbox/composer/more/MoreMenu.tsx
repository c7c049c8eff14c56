import { ActionIcon, Menu, Tooltip } from "@mantine/core";
import {
  IconAddressBook,
  IconClick,
  IconList,
  IconMapPin,
  IconPlus,
  IconTemplate,
} from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Conversation } from "@/api/types";
import { hasWindow } from "@/inbox/thread/WhyClosed";
import { ButtonsDialog } from "./ButtonsDialog";
import { ContactDialog } from "./ContactDialog";
import { ListDialog } from "./ListDialog";
import { LocationDialog } from "./LocationDialog";
import { TemplateDialog } from "./TemplateDialog";

const KINDS = [
  { kind: "template", icon: IconTemplate },
  { kind: "buttons", icon: IconClick },
  { kind: "list", icon: IconList },
  { kind: "location", icon: IconMapPin },
  { kind: "contact", icon: IconAddressBook },
] as const;
type Kind = (typeof KINDS)[number]["kind"];

/** What else can be sent besides words and files. */
export function MoreMenu({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<Kind | null>(null);
  const dialog = (kind: Kind) => ({
    conversationId: conversation.id,
    opened: open === kind,
    onClose: () => setOpen(null),
  });
  return (
    <>
      <Menu position="top-start" withinPortal>
        <Tooltip label={t("composer.more.title")}>
          <Menu.Target>
            <ActionIcon aria-label={t("composer.more.title")} data-testid="composer-more">
              <IconPlus size={21} />
            </ActionIcon>
          </Menu.Target>
        </Tooltip>
        <Menu.Dropdown>
          {KINDS.filter(({ kind }) => kind !== "template" || hasWindow(conversation)).map(
            ({ kind, icon: Icon }) => (
              <Menu.Item key={kind} leftSection={<Icon size={17} />} onClick={() => setOpen(kind)}>
                {t(`composer.more.kinds.${kind}`)}
              </Menu.Item>
            ),
          )}
        </Menu.Dropdown>
      </Menu>
      {open === "template" && (
        <TemplateDialog conversation={conversation} opened onClose={() => setOpen(null)} />
      )}
      {open === "buttons" && <ButtonsDialog {...dialog("buttons")} />}
      {open === "list" && <ListDialog {...dialog("list")} />}
      {open === "location" && <LocationDialog {...dialog("location")} />}
      {open === "contact" && <ContactDialog {...dialog("contact")} />}
    </>
  );
}
