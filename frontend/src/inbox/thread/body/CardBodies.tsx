import {
  IconAddressBook,
  IconDownload,
  IconFileText,
  IconFileTypePdf,
  IconMapPin,
  IconPhone,
  IconShoppingCart,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { fileSize, money } from "@/i18n/format";
import { phoneText } from "@/i18n/phone";
import classes from "./body.module.css";
import { fields, list, number, text, type Fields } from "./content";
import { FormattedText } from "./FormattedText";
import { MediaNote } from "./MediaNote";
import type { BodyProps } from "./MessageBody";
import { useFreshMedia } from "./useFreshMedia";

export function DocumentBody({ message, found }: BodyProps) {
  const { t } = useTranslation();
  const { url, media } = useFreshMedia(message);
  const caption = text(message.content.caption);
  const name = text(message.content.filename) || media?.filename || t("thread.kinds.document");
  const pdf = media?.mime_type === "application/pdf";
  const Icon = pdf ? IconFileTypePdf : IconFileText;
  const extension = /\.(\w{1,5})$/.exec(name)?.[1]?.toUpperCase();
  const facts = [extension, media?.size == null ? null : fileSize(media.size)].filter(Boolean).join(" · ");
  return (
    <>
      {url === null ? (
        <>
          <span className={classes.cardTitle}>{name}</span>
          <MediaNote kind="document" media={media} />
        </>
      ) : (
        <a className={classes.card} href={url} download={name} aria-label={t("thread.download", { name })}>
          <span className={classes.cardIcon}>
            <Icon size={22} aria-hidden="true" />
          </span>
          <span className={classes.cardText}>
            <span className={classes.cardTitle}>{name}</span>
            <span className={classes.cardDetail}>{facts}</span>
          </span>
          <IconDownload size={18} aria-hidden="true" />
        </a>
      )}
      {caption !== "" && (
        <span className={classes.caption}>
          <FormattedText text={caption} found={found} />
        </span>
      )}
    </>
  );
}

export function LocationBody({ message: { content } }: BodyProps) {
  const { t } = useTranslation();
  const latitude = number(content.latitude);
  const longitude = number(content.longitude);
  const place = `${latitude ?? ""},${longitude ?? ""}`;
  const href = `https://www.openstreetmap.org/?mlat=${latitude ?? 0}&mlon=${longitude ?? 0}#map=17/${latitude ?? 0}/${longitude ?? 0}`;
  const name = text(content.name) || t("thread.kinds.location");
  return (
    <a className={classes.card} href={href} target="_blank" rel="noopener noreferrer">
      <span className={classes.cardIcon}>
        <IconMapPin size={22} aria-hidden="true" />
      </span>
      <span className={classes.cardText}>
        <span className={classes.cardTitle}>{name}</span>
        {text(content.address) !== "" && <span className={classes.cardDetail}>{text(content.address)}</span>}
        <span className={classes.cardDetail}>
          {place} · {t("thread.openMap")}
        </span>
      </span>
    </a>
  );
}

function nameOf(card: Fields): string {
  const name = fields(card.name);
  const parts = [name.first_name, name.middle_name, name.last_name].map(text).filter(Boolean);
  return text(name.formatted_name) || parts.join(" ");
}

function ContactCard({ card }: { card: Fields }) {
  const { t } = useTranslation();
  const phones = list(card.phones)
    .map((phone) => text(phone.phone) || phoneText(text(phone.wa_id)))
    .filter((phone) => phone !== "");
  const emails = list(card.emails).map((entry) => text(entry.email));
  const company = text(fields(card.org).company);
  return (
    <div className={classes.card}>
      <span className={classes.cardIcon}>
        <IconAddressBook size={22} aria-hidden="true" />
      </span>
      <span className={classes.cardText}>
        <span className={classes.cardTitle}>
          {nameOf(card) || phones[0] || t("thread.contactWithoutName")}
        </span>
        {company !== "" && <span className={classes.cardDetail}>{company}</span>}
        {phones.map((phone) => (
          <span key={phone} className={classes.cardDetail}>
            <IconPhone size={12} aria-hidden="true" /> {phone}
          </span>
        ))}
        {emails.filter(Boolean).map((email) => (
          <span key={email} className={classes.cardDetail}>
            {email}
          </span>
        ))}
      </span>
    </div>
  );
}

export function ContactsBody({ message }: BodyProps) {
  const { t } = useTranslation();
  const cards = list(message.content.contacts);
  if (cards.length === 0) return <span className={classes.plain}>{t("thread.kinds.contacts")}</span>;
  return cards.map((card, index) => <ContactCard key={index} card={card} />);
}

export function OrderBody({ message, found }: BodyProps) {
  const { t } = useTranslation();
  const { content } = message;
  const order = content.product_items === undefined ? fields(content.order) : content;
  const items = list(order.product_items);
  const note = text(order.text);
  const currency = text(items[0]?.currency);
  const total = items.reduce(
    (sum, item) => sum + (number(item.item_price) ?? 0) * (number(item.quantity) ?? 1),
    0,
  );
  return (
    <>
      <span className={classes.label}>
        <IconShoppingCart size={15} aria-hidden="true" />
        {t("thread.order", { count: items.length })}
      </span>
      <dl className={classes.facts}>
        {items.map((item, index) => (
          <div key={index}>
            <dt>{number(item.quantity) ?? 1} ×</dt>
            <dd>
              {text(item.name) || text(item.product_retailer_id)}
              {number(item.item_price) !== null &&
                ` · ${money(number(item.item_price) ?? 0, text(item.currency))}`}
            </dd>
          </div>
        ))}
        {currency !== "" && (
          <div>
            <dt>{t("thread.total")}</dt>
            <dd>{money(total, currency)}</dd>
          </div>
        )}
      </dl>
      {note !== "" && (
        <span className={classes.caption}>
          <FormattedText text={note} found={found} />
        </span>
      )}
    </>
  );
}
