import { IconPhoneIncoming, IconPhoneOff, IconPhoneOutgoing } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Message } from "@/api/types";
import { clock, dateAndTime, duration, money } from "@/i18n/format";
import { phoneText } from "@/i18n/phone";
import { fields, number, text } from "./body/content";
import { AudioBody } from "./body/AudioBody";
import classes from "./thread.module.css";

/** Kinds of notice that are said in our words; of others WhatsApp's own stand there. */
const SAID_BY_US = [
  "edit",
  "revoke",
  "request_welcome",
  "user_changed_user_id",
  "customer_identity_changed",
  "marketing_stop",
  "marketing_resume",
  "marketing_signup",
  "thread_released",
] as const;
const ROLES = ["ai_agent", "ctwa", "customer_service", "escalation", "marketing", "utility"] as const;
const PAYMENTS = ["captured", "pending", "failed", "canceled"] as const;
const CALLS = ["ringing", "accepted", "rejected", "completed", "missed", "failed"] as const;

function useRole(role: string): string {
  const { t } = useTranslation();
  const known = ROLES.find((name) => name === role);
  return known === undefined ? t("thread.roles.other") : t(`thread.roles.${known}`);
}

/** Who has the chat now, what was noted for whoever got it, and what was said before. */
function ThreadMove({ message: { content } }: { message: Message }) {
  const { t } = useTranslation();
  const who = useRole(text(content.new_role));
  const ours = content.owner === "owned";
  const note = text(content.note);
  return (
    <>
      {ours ? t("thread.notice.thread_ours") : t("thread.notice.thread_theirs", { who })}
      {note !== "" && <span className={classes.entryMore}>{t("thread.notice.note", { note })}</span>}
      <Summary words={text(content.body)} />
    </>
  );
}

function Summary({ words }: { words: string }) {
  const { t } = useTranslation();
  if (words === "") return null;
  return (
    <details className={classes.entryMore}>
      <summary>{t("thread.notice.summary")}</summary>
      <span className={classes.entryText}>{words}</span>
    </details>
  );
}

function PaymentWords({ message: { content } }: { message: Message }) {
  const { t } = useTranslation();
  const status = PAYMENTS.find((known) => known === content.status) ?? "pending";
  const amount = fields(content.amount);
  const [value, currency] = [number(amount.value), text(content.currency)];
  const more = [
    value !== null && currency.length === 3 && money(value / (number(amount.offset) ?? 100), currency),
    text(content.reference_id),
  ].filter(Boolean);
  return [t(`thread.payment.${status}`), ...more].join(" · ");
}

function Words({ message }: { message: Message }) {
  const { t } = useTranslation();
  const { content } = message;
  const kind = SAID_BY_US.find((known) => known === content.kind);
  const body = text(content.body) || message.text;
  if (content.kind === "thread_passed" || content.kind === "thread_taken")
    return <ThreadMove message={message} />;
  if (content.kind === "payment") return <PaymentWords message={message} />;
  if (content.kind === "user_changed_number") {
    const phone = text(content.phone);
    if (phone === "") return t("thread.notice.number_changed");
    return t("thread.notice.number_changed_to", { phone: phoneText(phone) });
  }
  if (content.kind === "conversation_context")
    return (
      <>
        {t("thread.notice.conversation_context")}
        <span className={classes.entryText}>{body}</span>
      </>
    );
  return kind === undefined ? body || t("thread.notice.other") : t(`thread.notice.${kind}`, { body });
}

function CallWords({ message }: { message: Message }) {
  const { t } = useTranslation();
  const { content, direction } = message;
  const outbound = direction === "outbound";
  const status = CALLS.find((known) => known === content.status) ?? "ringing";
  const missed = status === "missed" || status === "failed" || status === "rejected";
  const Icon = missed ? IconPhoneOff : outbound ? IconPhoneOutgoing : IconPhoneIncoming;
  const seconds = number(content.duration);
  return (
    <>
      <span className={classes.callLine} data-missed={(status === "missed" && !outbound) || undefined}>
        <Icon size={15} aria-hidden="true" />
        {outbound ? t("thread.call.ours") : t("thread.call.theirs")} · {t(`thread.call.status.${status}`)}
        {seconds !== null && ` · ${duration(seconds)}`}
        <time dateTime={message.at} title={dateAndTime(message.at)}>
          {clock(message.at)}
        </time>
      </span>
      {message.media !== null && message.media.mime_type.startsWith("audio/") && (
        <AudioBody message={message} found="" />
      )}
    </>
  );
}

/** What nobody said and still happened here: a line in the middle of the thread. */
export function Entry({ message }: { message: Message }) {
  return (
    <div
      className={classes.system}
      data-testid="message"
      data-id={message.id}
      data-direction={message.direction}
      data-type={message.type}
    >
      <span>{message.type === "call" ? <CallWords message={message} /> : <Words message={message} />}</span>
    </div>
  );
}

export const ENTRY_TYPES = ["system", "call"];
