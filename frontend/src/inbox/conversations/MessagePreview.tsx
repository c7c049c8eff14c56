import {
  IconAddressBook,
  IconFileText,
  IconMapPin,
  IconMicrophone,
  IconPhoto,
  IconShoppingCart,
  IconSticker,
  IconTemplate,
  IconVideo,
} from "@tabler/icons-react";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { LastMessage } from "@/api/types";
import { Ticks } from "../thread/Ticks";
import classes from "./conversations.module.css";

const ICONS: Record<string, typeof IconPhoto> = {
  image: IconPhoto,
  video: IconVideo,
  audio: IconMicrophone,
  document: IconFileText,
  sticker: IconSticker,
  location: IconMapPin,
  contacts: IconAddressBook,
  order: IconShoppingCart,
  template: IconTemplate,
};

const NAMED = [
  "text",
  "image",
  "video",
  "audio",
  "document",
  "sticker",
  "location",
  "contacts",
  "reaction",
  "interactive",
  "template",
  "button",
  "order",
  "system",
  "call",
  "unsupported",
] as const;

export function typeName(t: TFunction, type: string): string {
  const known = NAMED.find((name) => name === type);
  return known === undefined ? t("thread.kinds.other") : t(`thread.kinds.${known}`);
}

/** The last message in one line: how far it came, what it is, what it says. */
export function MessagePreview({ message }: { message: LastMessage }) {
  const { t } = useTranslation();
  const Icon = ICONS[message.type];
  return (
    <span className={classes.preview}>
      {message.direction === "outbound" && <Ticks status={message.status} size={15} />}
      {Icon !== undefined && <Icon size={15} aria-label={typeName(t, message.type)} />}
      <span className={classes.previewText}>{message.preview || typeName(t, message.type)}</span>
    </span>
  );
}
