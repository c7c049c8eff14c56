import { IconRobot } from "@tabler/icons-react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import type { Message } from "@/api/types";
import { clock, dateAndTime } from "@/i18n/format";
import { MessageBody } from "./body/MessageBody";
import { Deleted, Edited, Labels, ReferralCard } from "./Circumstances";
import { DeliveryNote } from "./DeliveryNote";
import { Entry, ENTRY_TYPES } from "./Entry";
import { MessageMenu } from "./MessageMenu";
import { QuotedReply } from "./QuotedReply";
import classes from "./thread.module.css";
import { TicksWithTimes } from "./Ticks";
import type { MessageActions } from "./useMessageActions";

export interface RowContext {
  actions: MessageActions;
  canReply: boolean;
  onReply: (message: Message) => void;
  onJump: (id: string) => void;
}

interface Props {
  message: Message;
  continues: boolean;
  flashed: boolean;
  found: string;
  context: RowContext;
}

const NAMED_SENDERS = ["agent", "bot", "api"];
const SEE_THROUGH = ["sticker"];

function Reactions({ message }: { message: Message }) {
  const { t } = useTranslation();
  if (message.reactions.length === 0) return null;
  return (
    <span className={classes.reactions} role="list" aria-label={t("thread.reactions")}>
      {message.reactions.map(({ emoji, direction }) => (
        <span
          key={direction + emoji}
          role="listitem"
          title={direction === "inbound" ? t("thread.theyReacted") : t("thread.weReacted")}
        >
          {emoji}
        </span>
      ))}
    </span>
  );
}

function SenderName({ message }: { message: Message }) {
  const { sender } = message;
  return (
    <span className={classes.sender}>
      {sender.kind === "bot" && <IconRobot size={13} aria-hidden="true" />}
      {sender.name}
    </span>
  );
}

export const MessageRow = memo(function MessageRow({ message, continues, flashed, found, context }: Props) {
  const { t } = useTranslation();
  if (ENTRY_TYPES.includes(message.type)) return <Entry message={message} />;
  const { direction, sender } = message;
  const outbound = direction === "outbound";
  const named = outbound && !continues && NAMED_SENDERS.includes(sender.kind) && sender.name !== "";
  const waits = message.status === "queued" || message.status === "sending";
  return (
    <div
      className={classes.row}
      data-testid="message"
      data-id={message.id}
      data-direction={direction}
      data-type={message.type}
      data-status={message.status}
      data-continues={continues || undefined}
      data-flashed={flashed || undefined}
    >
      <div className={classes.line}>
        <div className={classes.bubble} data-plain={SEE_THROUGH.includes(message.type) || undefined}>
          <span className={classes.hiddenSender}>{outbound ? t("thread.weSaid") : `${sender.name}:`}</span>
          {named && <SenderName message={message} />}
          <Labels message={message} />
          <ReferralCard referral={message.referral} />
          {message.reply_to !== null && <QuotedReply quoted={message.reply_to} onJump={context.onJump} />}
          {message.revoked_at === null ? (
            <MessageBody message={message} found={found} />
          ) : (
            <Deleted message={message} />
          )}
          <span className={classes.meta}>
            {message.revoked_at === null && <Edited message={message} />}
            <time dateTime={message.at} title={dateAndTime(message.at)}>
              {clock(message.at)}
            </time>
            {outbound && <TicksWithTimes message={message} />}
          </span>
          <Reactions message={message} />
        </div>
        {!waits && (
          <MessageMenu
            message={message}
            canReply={context.canReply}
            onReply={() => context.onReply(message)}
            onReact={(emoji) => context.actions.reaction.mutate({ id: message.id, emoji })}
          />
        )}
      </div>
      <DeliveryNote message={message} actions={context.actions} />
    </div>
  );
});
