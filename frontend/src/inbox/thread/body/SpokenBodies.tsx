import {
  IconClick,
  IconCreditCard,
  IconForms,
  IconHelpCircle,
  IconListCheck,
  IconMoodSmile,
  IconPhone,
  IconQuestionMark,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "./body.module.css";
import { answers, fields, text, type Fields } from "./content";
import { FormattedText } from "./FormattedText";
import type { BodyProps } from "./MessageBody";

function Label({ icon: Icon, children }: { icon: typeof IconClick; children: React.ReactNode }) {
  return (
    <span className={classes.label}>
      <Icon size={15} aria-hidden="true" />
      {children}
    </span>
  );
}

function Choice({
  label,
  title,
  description,
  found,
}: Record<"label" | "title" | "description" | "found", string>) {
  return (
    <>
      <Label icon={IconListCheck}>{label}</Label>
      <FormattedText text={title} found={found} />
      {description !== "" && <span className={classes.cardDetail}>{description}</span>}
    </>
  );
}

function FormAnswer({ content }: { content: Fields }) {
  const { t } = useTranslation();
  const rows = answers(content.response);
  return (
    <>
      <Label icon={IconForms}>{t("thread.formAnswered")}</Label>
      {rows.length === 0 && <span className={classes.cardDetail}>{t("thread.formUnreadable")}</span>}
      <dl className={classes.facts}>
        {rows.map(([key, answer]) => (
          <div key={key}>
            <dt>{key.replaceAll("_", " ")}:</dt>
            <dd>{typeof answer === "string" ? answer : t(answer ? "number.yes" : "number.no")}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function CallPermission({ content }: { content: Fields }) {
  const { t } = useTranslation();
  const response = fields(content.response);
  const accepted = (text(response.response) || text(content.title)) === "accept";
  return <Label icon={IconPhone}>{accepted ? t("thread.callAllowed") : t("thread.callRefused")}</Label>;
}

/** How a customer chose to pay; Meta names the ways in words for programs. */
function Payment({ content }: { content: Fields }) {
  const { t } = useTranslation();
  const response = fields(content.response);
  const digits = text(response.last_four_digits);
  return (
    <>
      <Label icon={IconCreditCard}>{t("thread.paymentChosen")}</Label>
      {digits !== "" && <span>{t("thread.cardEnding", { digits })}</span>}
      {text(response.reference_id) !== "" && (
        <span className={classes.cardDetail}>
          {t("thread.paymentOf", { order: text(response.reference_id) })}
        </span>
      )}
    </>
  );
}

/** A tap on a button or list, a sent form, an answer to a call request; or what a bot offered to choose from. */
export function InteractiveBody({ message, found }: BodyProps) {
  const { t } = useTranslation();
  const { content } = message;
  const kind = text(content.kind);
  if (kind === "nfm_reply") return <FormAnswer content={content} />;
  if (kind === "call_permission_reply") return <CallPermission content={content} />;
  if (kind === "payment_method") return <Payment content={content} />;
  const title = text(content.title) || message.text;
  if (message.direction === "outbound" || title === "") {
    return title === "" ? (
      <UnknownBody message={message} found={found} />
    ) : (
      <FormattedText text={title} found={found} />
    );
  }
  return (
    <Choice
      label={kind === "product" ? t("thread.sharedProduct") : t("thread.chose")}
      title={title}
      description={text(content.description)}
      found={found}
    />
  );
}

export function ButtonBody({ message, found }: BodyProps) {
  const { t } = useTranslation();
  return (
    <>
      <Label icon={IconClick}>{t("thread.tapped")}</Label>
      <FormattedText text={text(message.content.text) || message.text} found={found} />
    </>
  );
}

/** A reaction whose message is not here; the others sit on their bubbles. */
export function ReactionBody({ message }: BodyProps) {
  const { t } = useTranslation();
  const emoji = text(message.content.emoji);
  return (
    <Label icon={IconMoodSmile}>
      {emoji === "" ? t("thread.reactionRemoved") : t("thread.reactedWith", { emoji })}
    </Label>
  );
}

const UNSUPPORTED = [
  "poll_creation",
  "poll_update",
  "edit",
  "location",
  "group_invite",
  "pin",
  "product",
  "link_preview",
  "keep_in_chat",
  "gif",
  "hsm",
  "list",
  "order",
  "image",
  "interactive",
  "button",
  "reaction",
  "media_placeholder",
  "errors",
] as const;

export function UnsupportedBody({ message }: BodyProps) {
  const { t } = useTranslation();
  const kind = UNSUPPORTED.find((name) => name === text(message.content.kind));
  const what = kind === undefined ? t("thread.unsupported.something") : t(`thread.unsupported.kinds.${kind}`);
  return (
    <>
      <span className={classes.plain}>
        <IconQuestionMark size={18} aria-hidden="true" />
        <span>{t("thread.unsupported.sentence", { what })}</span>
      </span>
      <span className={classes.cardDetail}>{t("thread.unsupported.advice")}</span>
    </>
  );
}

export function UnknownBody({ message, found }: BodyProps) {
  const { t } = useTranslation();
  const raw = message.content.raw ?? message.content;
  return (
    <>
      <span className={classes.plain}>
        <IconHelpCircle size={18} aria-hidden="true" />
        <span>{t("thread.unknownType", { type: message.type })}</span>
      </span>
      {message.text !== "" && (
        <span className={classes.caption}>
          <FormattedText text={message.text} found={found} />
        </span>
      )}
      <details>
        <summary className={classes.cardDetail}>{t("thread.showContent")}</summary>
        <pre className={classes.raw}>{JSON.stringify(raw, null, 2)}</pre>
      </details>
    </>
  );
}
