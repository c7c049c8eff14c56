import { ActionIcon, Menu, Tooltip } from "@mantine/core";
import {
  IconAddressBook,
  IconCarouselHorizontal,
  IconClick,
  IconExternalLink,
  IconForms,
  IconId,
  IconList,
  IconMapPin,
  IconMapPinQuestion,
  IconPlus,
  IconShoppingBag,
  IconTemplate,
} from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Conversation } from "@/api/types";
import { hasWindow } from "@/inbox/thread/WhyClosed";
import { AskDialog } from "./AskDialog";
import { ButtonsDialog } from "./ButtonsDialog";
import { CarouselDialog } from "./CarouselDialog";
import { ContactDialog } from "./ContactDialog";
import { FlowDialog } from "./FlowDialog";
import { LinkDialog } from "./LinkDialog";
import { ListDialog } from "./ListDialog";
import { LocationDialog } from "./LocationDialog";
import { ShopDialog } from "./ShopDialog";
import { TemplateDialog } from "./TemplateDialog";

const KINDS = [
  { kind: "template", icon: IconTemplate },
  { kind: "buttons", icon: IconClick },
  { kind: "list", icon: IconList },
  { kind: "link", icon: IconExternalLink },
  { kind: "shop", icon: IconShoppingBag },
  { kind: "carousel", icon: IconCarouselHorizontal },
  { kind: "flow", icon: IconForms },
  { kind: "askLocation", icon: IconMapPinQuestion },
  { kind: "askContact", icon: IconId },
  { kind: "location", icon: IconMapPin },
  { kind: "contact", icon: IconAddressBook },
] as const;
/** What only Meta's numbers have. */
const OF_META: readonly string[] = [
  "template",
  "link",
  "shop",
  "carousel",
  "flow",
  "askLocation",
  "askContact",
];
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
          {KINDS.filter(({ kind }) => !OF_META.includes(kind) || hasWindow(conversation)).map(
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
      {open === "link" && <LinkDialog {...dialog("link")} />}
      {open === "shop" && <ShopDialog {...dialog("shop")} />}
      {open === "carousel" && <CarouselDialog {...dialog("carousel")} />}
      {open === "flow" && <FlowDialog {...dialog("flow")} />}
      {(open === "askLocation" || open === "askContact") && <AskDialog asks={open} {...dialog(open)} />}
      {open === "location" && <LocationDialog {...dialog("location")} />}
      {open === "contact" && <ContactDialog {...dialog("contact")} />}
    </>
  );
}
