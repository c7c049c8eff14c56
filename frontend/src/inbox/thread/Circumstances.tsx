import {
  IconCornerUpRight,
  IconCornerUpRightDouble,
  IconDeviceMobile,
  IconPackage,
  IconSpeakerphone,
  IconTrash,
  IconUsersGroup,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Message } from "@/api/types";
import { dateAndTime } from "@/i18n/format";
import { fields, text } from "./body/content";
import classes from "./thread.module.css";

/** How a message came: forwarded, by another device, in a group. */
export function Labels({ message }: { message: Message }) {
  const { t } = useTranslation();
  const often = message.content.frequently_forwarded === true;
  const product = text(fields(message.content.referred_product).product_retailer_id);
  const Forwarded = often ? IconCornerUpRightDouble : IconCornerUpRight;
  const elsewhere = { echo: "thread.fromPhone", standby: "thread.byOther" } as const;
  const origin = message.origin === "echo" || message.origin === "standby" ? message.origin : null;
  return (
    <>
      {origin !== null && (
        <span className={classes.forwarded}>
          <IconDeviceMobile size={14} aria-hidden="true" />
          {t(elsewhere[origin])}
        </span>
      )}
      {message.group_id !== "" && (
        <span className={classes.forwarded}>
          <IconUsersGroup size={14} aria-hidden="true" />
          {t("thread.inGroup")}
        </span>
      )}
      {message.forwarded && (
        <span className={classes.forwarded}>
          <Forwarded size={14} aria-hidden="true" />
          {often ? t("thread.forwardedOften") : t("thread.forwarded")}
        </span>
      )}
      {product !== "" && (
        <span className={classes.forwarded}>
          <IconPackage size={14} aria-hidden="true" />
          {t("thread.aboutProduct", { product })}
        </span>
      )}
    </>
  );
}

function Outside({ url, words }: { url: string; words: string }) {
  if (!/^https?:\/\//.test(url)) return null;
  return (
    <a href={url} target="_blank" rel="noopener noreferrer nofollow">
      {words}
    </a>
  );
}

/** The ad or post by which somebody came. Its pictures lie at Meta: they open there, and are not loaded from there. */
export function ReferralCard({ referral }: { referral: Message["referral"] }) {
  const { t } = useTranslation();
  if (referral === null) return null;
  const about = fields(referral);
  const kind = about.source_type === "ad" || about.source_type === "post" ? about.source_type : "other";
  const url = text(about.source_url);
  const video = text(about.video_url);
  const picture = video || text(about.image_url) || text(about.thumbnail_url);
  return (
    <span className={classes.referral} data-testid="referral">
      <span className={classes.forwarded}>
        <IconSpeakerphone size={14} aria-hidden="true" />
        {t(`thread.referral.${kind}`)}
      </span>
      {text(about.headline) !== "" && <strong>{text(about.headline)}</strong>}
      {text(about.body) !== "" && <span className={classes.referralBody}>{text(about.body)}</span>}
      <Outside url={url} words={t("thread.referral.open")} />
      <Outside url={picture} words={t(`thread.referral.${video === "" ? "picture" : "video"}`)} />
    </span>
  );
}

function Before({ message, label }: { message: Message; label: string }) {
  const said = message.revisions.filter((revision) => revision.text !== "");
  if (said.length === 0) return <span className={classes.edited}>{label}</span>;
  return (
    <details className={classes.edited}>
      <summary>{label}</summary>
      <ol className={classes.revisions}>
        {said.map((revision) => (
          <li key={revision.at + revision.text}>
            {revision.text} <time dateTime={revision.at}>{dateAndTime(revision.at)}</time>
          </li>
        ))}
      </ol>
    </details>
  );
}

/** That a message was changed, and behind a click what it said before. */
export function Edited({ message }: { message: Message }) {
  const { t } = useTranslation();
  return message.edited_at === null ? null : <Before message={message} label={t("thread.edited")} />;
}

/** Stands in the place of what was deleted for everyone; what it said is kept for the business. */
export function Deleted({ message }: { message: Message }) {
  const { t } = useTranslation();
  const words = message.direction === "inbound" ? t("thread.deletedByThem") : t("thread.deletedByUs");
  return (
    <>
      <span className={classes.deleted}>
        <IconTrash size={15} aria-hidden="true" />
        {words}
      </span>
      <Before message={message} label={t("thread.saidBefore")} />
    </>
  );
}
