import { Tooltip } from "@mantine/core";
import {
  IconAlertTriangle,
  IconArrowsExchange,
  IconBan,
  IconBrandWhatsapp,
  IconPencil,
  IconStarFilled,
} from "@tabler/icons-react";
import { memo, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Conversation } from "@/api/types";
import { shortTime } from "@/i18n/format";
import { PersonAvatar } from "@/layout/PersonAvatar";
import { useTypist } from "@/realtime/presence";
import { useDraft } from "../composer/drafts";
import { readAhead } from "../thread/useThread";
import classes from "./conversations.module.css";
import { MessagePreview } from "./MessagePreview";

/** A pointer that rests here this long is about to click. */
const DWELL = 90;

interface Props {
  conversation: Conversation;
  selected: boolean;
  /** Only where the organization has several numbers is it worth saying which. */
  showNumber: boolean;
  onOpen: (id: string) => void;
}

function LastLine({ conversation, selected }: Pick<Props, "conversation" | "selected">) {
  const { t } = useTranslation();
  const typist = useTypist(conversation.id);
  const draft = useDraft(conversation.id).trim();
  if (typist !== null)
    return <span className={classes.typing}>{t("thread.colleagueTyping", { name: typist })}</span>;
  if (draft !== "" && !selected) {
    return (
      <span className={classes.preview}>
        <IconPencil size={14} aria-hidden="true" />
        <span className={classes.previewText}>
          <b className={classes.draft}>{t("inbox.draft")}</b> {draft}
        </span>
      </span>
    );
  }
  if (conversation.last_message !== null) return <MessagePreview message={conversation.last_message} />;
  return <span className={classes.previewText}>{t("inbox.noMessages")}</span>;
}

export const ConversationItem = memo(function ConversationItem({
  conversation,
  selected,
  showNumber,
  onOpen,
}: Props) {
  const { t } = useTranslation();
  const { id, contact, assignee, number, unread_count: unread, priority } = conversation;
  const at = conversation.last_message_at;
  const dwell = useRef<ReturnType<typeof setTimeout>>(undefined);
  const raised = priority === "high" || priority === "urgent";
  return (
    <button
      type="button"
      className={classes.item}
      data-testid="conversation-item"
      data-id={id}
      data-unread={unread > 0 || undefined}
      aria-current={selected ? "true" : undefined}
      onClick={() => onOpen(id)}
      onPointerEnter={() => {
        dwell.current = setTimeout(() => readAhead(id), DWELL);
      }}
      onPointerLeave={() => clearTimeout(dwell.current)}
    >
      <span className={classes.avatar}>
        <PersonAvatar name={contact.display_name} size={42} />
        <span className={classes.channel}>
          <IconBrandWhatsapp size={12} aria-label="WhatsApp" />
        </span>
      </span>
      <span className={classes.itemBody}>
        <span className={classes.itemTop}>
          <span className={classes.itemName}>{contact.display_name}</span>
          {contact.is_vip && <IconStarFilled size={13} className={classes.vip} aria-label="VIP" />}
          {contact.is_blocked && (
            <IconBan size={14} className={classes.blocked} aria-label={t("contact.blocked")} />
          )}
          {conversation.thread?.owner === "standby" && (
            <IconArrowsExchange
              size={14}
              className={classes.blocked}
              aria-label={t("thread.holder.elsewhere")}
            />
          )}
          {raised && (
            <IconAlertTriangle
              size={14}
              className={classes.raised}
              aria-label={t(`inbox.priority.${priority}`)}
            />
          )}
          <time className={classes.itemTime} dateTime={at}>
            {shortTime(at)}
          </time>
        </span>
        <span className={classes.itemBottom}>
          <LastLine conversation={conversation} selected={selected} />
          {assignee !== null && (
            <Tooltip label={t("inbox.assignedTo", { name: assignee.full_name })}>
              <span role="img" aria-label={t("inbox.assignedTo", { name: assignee.full_name })}>
                <PersonAvatar name={assignee.full_name} size={20} />
              </span>
            </Tooltip>
          )}
          {unread > 0 && (
            <span className={classes.badge} aria-label={t("inbox.unreadCount", { count: unread })}>
              {unread > 99 ? "99+" : unread}
            </span>
          )}
        </span>
        {showNumber && (
          <span className={classes.number}>{number.verified_name || number.display_phone_number}</span>
        )}
      </span>
    </button>
  );
});
