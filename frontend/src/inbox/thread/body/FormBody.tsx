import {
  IconCopy,
  IconCreditCard,
  IconExternalLink,
  IconFile,
  IconForms,
  IconId,
  IconList,
  IconMapPin,
  IconMessageReply,
  IconPhone,
  IconPhoto,
  IconShoppingBag,
  IconTag,
  IconVideo,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Media, Message } from "@/api/types";
import { fields, list, text as textOf } from "./content";
import { FormattedText } from "./FormattedText";
import {
  shownOfInteractive,
  shownOfTemplate,
  type ButtonKind,
  type Shown,
  type ShownButton,
  type ShownFile,
} from "./forms";
import classes from "./forms.module.css";
import { MediaNote } from "./MediaNote";
import type { BodyProps } from "./MessageBody";
import { useFreshMedia } from "./useFreshMedia";

const BUTTON_ICONS: Record<ButtonKind, typeof IconList> = {
  reply: IconMessageReply,
  list: IconList,
  link: IconExternalLink,
  phone: IconPhone,
  copy: IconCopy,
  form: IconForms,
  place: IconMapPin,
  person: IconId,
  call: IconPhone,
  shop: IconShoppingBag,
  pay: IconCreditCard,
};
const ORDER_STATES = [
  "pending",
  "processing",
  "partially_shipped",
  "shipped",
  "completed",
  "canceled",
] as const;
const FILE_ICONS = { image: IconPhoto, video: IconVideo, document: IconFile };

/** A file that can be looked at, and what to do when its address is too old. */
export interface FileAddress {
  url: string | null;
  onError?: () => void;
  media?: Media | null;
}

export type FindFile = (file: ShownFile) => FileAddress;

function HeaderFile({ file, find }: { file: ShownFile; find: FindFile }) {
  const { t } = useTranslation();
  const Icon = FILE_ICONS[file.kind];
  const name = t(`thread.kinds.${file.kind}`);
  if (file.link !== null) {
    return (
      <a className={classes.link} href={file.link} target="_blank" rel="noopener noreferrer nofollow">
        <Icon size={18} aria-hidden="true" />
        <span>{file.name || file.link}</span>
      </a>
    );
  }
  const { url, onError, media } = find(file);
  if (url === null) {
    if (media != null) return <MediaNote kind={file.kind} media={media} />;
    return (
      <span className={classes.place}>
        <Icon size={32} aria-label={name} />
      </span>
    );
  }
  if (file.kind === "image")
    return <img className={classes.picture} src={url} alt={name} onError={onError} />;
  if (file.kind === "video") {
    return (
      <video
        className={classes.picture}
        src={url}
        controls
        preload="metadata"
        aria-label={name}
        onError={onError}
      />
    );
  }
  return (
    <a className={classes.link} href={url} download={file.name || media?.filename}>
      <Icon size={18} aria-hidden="true" />
      <span>{file.name || media?.filename || name}</span>
    </a>
  );
}

/** A file that WhatsApp fetches itself: it is not here, only where it lies. */
export function LinkedFileBody({ message, found }: BodyProps) {
  const { t } = useTranslation();
  const link = textOf(message.content.link);
  const caption = textOf(message.content.caption);
  return (
    <div className={classes.form}>
      <a className={classes.link} href={link} target="_blank" rel="noopener noreferrer nofollow">
        <IconExternalLink size={18} aria-hidden="true" />
        <span>{textOf(message.content.filename) || link || t("thread.kinds.document")}</span>
      </a>
      {caption !== "" && <FormattedText text={caption} found={found} />}
    </div>
  );
}

/** The phone's buttons: here they only show what the customer can tap. */
function Button({ button }: { button: ShownButton }) {
  const { t } = useTranslation();
  const Icon = BUTTON_ICONS[button.kind];
  const label = button.label || t(`thread.form.buttons.${button.kind}`);
  const inside = (
    <>
      <Icon size={16} aria-hidden="true" />
      <span>{label}</span>
    </>
  );
  if (button.kind === "link" && /^https?:\/\//.test(button.detail)) {
    return (
      <a
        className={classes.button}
        href={button.detail}
        title={button.detail}
        target="_blank"
        rel="noopener noreferrer nofollow"
      >
        {inside}
      </a>
    );
  }
  return (
    <span className={classes.button} title={button.detail || undefined}>
      {inside}
    </span>
  );
}

/** A message with something to tap, as the customer's phone shows it. */
export function FormCard({ shown, find, found = "" }: { shown: Shown; find: FindFile; found?: string }) {
  const { t } = useTranslation();
  const state = ORDER_STATES.find((known) => known === shown.state);
  return (
    <div className={classes.form}>
      {shown.file !== null && <HeaderFile file={shown.file} find={find} />}
      {shown.place && (
        <span className={classes.place}>
          <IconMapPin size={32} aria-label={t("thread.kinds.location")} />
        </span>
      )}
      {shown.header !== "" && <strong className={classes.header}>{shown.header}</strong>}
      {state !== undefined && <strong>{t(`thread.form.order.${state}`)}</strong>}
      {shown.offer !== "" && (
        <span className={classes.offer}>
          <IconTag size={15} aria-hidden="true" /> {shown.offer}
        </span>
      )}
      {shown.body !== "" && <FormattedText text={shown.body} found={found} />}
      {shown.footer !== "" && <span className={classes.footer}>{shown.footer}</span>}
      {shown.cards.length > 0 && (
        <ul className={classes.cards} aria-label={t("thread.form.cards")} tabIndex={0}>
          {shown.cards.map((card, index) => (
            <li key={index}>
              <FormCard shown={card} find={find} found={found} />
            </li>
          ))}
        </ul>
      )}
      {shown.buttons.length > 0 && (
        <ul className={classes.buttons} aria-label={t("thread.form.toTap")}>
          {shown.buttons.map((button, index) => (
            <li key={index}>
              <Button button={button} />
            </li>
          ))}
        </ul>
      )}
      {shown.sections.length > 0 && (
        <details className={classes.sections}>
          <summary>{t("thread.form.options", { count: rowsOf(shown) })}</summary>
          {shown.sections.map((section, index) => (
            <div key={index}>
              {section.title !== "" && <strong>{section.title}</strong>}
              <ul>
                {section.rows.map((row, place) => (
                  <li key={place}>
                    {row.title}
                    {row.description !== "" && <span className={classes.footer}>{row.description}</span>}
                  </li>
                ))}
              </ul>
            </div>
          ))}
        </details>
      )}
    </div>
  );
}

function rowsOf(shown: Shown): number {
  return shown.sections.reduce((sum, section) => sum + section.rows.length, 0);
}

/** The message's own files, the first of which is asked for anew when its address is too old. */
function useFiles(message: Message): FindFile {
  const first = useFreshMedia(message);
  return ({ mediaId }) => {
    if (message.media !== null && mediaId === message.media.id) return first;
    const media = message.files.find(({ id }) => id === mediaId) ?? null;
    return { url: media?.state === "ready" ? media.url : null, media };
  };
}

/** What we offered to choose from, to open or to fill in. */
export function FormBody({ message, found }: BodyProps) {
  return <FormCard shown={shownOfInteractive(message.content)} find={useFiles(message)} found={found} />;
}

export function TemplateBody({ message, found }: BodyProps) {
  const { t } = useTranslation();
  const find = useFiles(message);
  const { rendered, components, name } = message.content;
  if (rendered === undefined) {
    return <FormattedText text={message.text || textOf(name) || t("thread.kinds.template")} found={found} />;
  }
  return <FormCard shown={shownOfTemplate(fields(rendered), list(components))} find={find} found={found} />;
}
