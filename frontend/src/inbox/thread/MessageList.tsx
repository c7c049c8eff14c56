import { Button, VisuallyHidden } from "@mantine/core";
import { IconArrowDown } from "@tabler/icons-react";
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Message } from "@/api/types";
import { dayName } from "@/i18n/format";
import type { Outgoing } from "../composer/outbox";
import { typeName } from "../conversations/MessagePreview";
import { Edge } from "./Edge";
import { MessageRow, type RowContext } from "./MessageRow";
import { OutgoingRow } from "./OutgoingRow";
import { daysOf } from "./rows";
import { ScrollKeeper } from "./ScrollKeeper";
import type { Extending } from "./useThread";
import classes from "./thread.module.css";

interface Props {
  messages: Message[];
  outgoing: Outgoing[];
  firstUnread: string | null;
  hasOlder: boolean;
  hasNewer: boolean;
  extending: Extending;
  onExtend: (side: "older" | "newer") => void;
  /** A message to show in the middle, from a search, a quote or a date; a new object jumps again. */
  target: { id: string } | null;
  found: string;
  context: RowContext;
  onBackToEnd: () => void;
}

export function MessageList(props: Props) {
  const { messages, outgoing, firstUnread, target, context, onExtend, hasNewer, onBackToEnd } = props;
  const { t } = useTranslation();
  const viewport = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const [keeper] = useState(() => new ScrollKeeper(setAtEnd));
  const days = useMemo(() => daysOf(messages, firstUnread), [messages, firstUnread]);
  const last = messages.at(-1);

  // What came in while the reader was elsewhere in the thread.
  const [seenUpTo, setSeenUpTo] = useState(last?.id);
  if (atEnd && !hasNewer && seenUpTo !== last?.id) setSeenUpTo(last?.id);
  const seenIndex = messages.findIndex(({ id }) => id === seenUpTo);
  const unseen = atEnd || seenIndex === -1 ? 0 : messages.slice(seenIndex + 1).filter(isInbound).length;

  useLayoutEffect(() => {
    if (viewport.current === null || content.current === null) return;
    const detach = keeper.attach(viewport.current, content.current);
    // Only when the thread appears; afterwards the reader decides.
    const unread = content.current.querySelector("[data-unread]");
    if (unread) keeper.toElement(unread);
    else keeper.toEnd();
    return detach;
  }, [keeper]);

  useLayoutEffect(() => {
    const element = target && content.current?.querySelector(`[data-id="${CSS.escape(target.id)}"]`);
    if (element) keeper.toElement(element);
  }, [target, keeper]);

  const sending = outgoing.length;
  useLayoutEffect(() => {
    if (sending > 0) keeper.toEnd();
  }, [sending, keeper]);

  const onOlder = useCallback(() => onExtend("older"), [onExtend]);
  const onNewer = useCallback(() => onExtend("newer"), [onExtend]);
  const backToEnd = () => (hasNewer ? onBackToEnd() : keeper.toEnd("smooth"));

  return (
    <div className={classes.listFrame}>
      <div
        ref={viewport}
        className={classes.viewport}
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-label={t("thread.messages")}
      >
        <div ref={content} className={classes.content}>
          {props.hasOlder ? (
            <Edge side="older" state={props.extending.older} onReach={onOlder} />
          ) : (
            <p className={classes.beginning}>{t("thread.beginning")}</p>
          )}
          {days.map(({ key, at, rows }) => (
            <section key={key} aria-label={dayName(at)}>
              <div className={classes.day} aria-hidden="true">
                <span>{dayName(at)}</span>
              </div>
              {rows.map(({ message, continues, startsUnread, endsHistory }) => (
                <div key={message.id} data-row="" data-unread={startsUnread || undefined}>
                  {endsHistory && <p className={classes.beginning}>{t("thread.historyAbove")}</p>}
                  {startsUnread && (
                    <div className={classes.unread}>
                      <span>{t("thread.unreadBelow")}</span>
                    </div>
                  )}
                  <MessageRow
                    message={message}
                    continues={continues}
                    flashed={target?.id === message.id}
                    found={props.found}
                    context={context}
                  />
                </div>
              ))}
            </section>
          ))}
          {hasNewer ? (
            <Edge side="newer" state={props.extending.newer} onReach={onNewer} />
          ) : (
            outgoing.map((entry) => (
              <div key={entry.clientId} data-row="">
                <OutgoingRow entry={entry} />
              </div>
            ))
          )}
        </div>
      </div>
      {(!atEnd || hasNewer) && (
        <Button
          className={classes.toEnd}
          size="xs"
          radius="xl"
          variant={unseen > 0 ? "filled" : "default"}
          leftSection={<IconArrowDown size={15} />}
          onClick={backToEnd}
        >
          {unseen > 0 ? t("thread.newMessages", { count: unseen }) : t("thread.toEnd")}
        </Button>
      )}
      <Announcer message={last} />
    </div>
  );
}

function isInbound({ direction }: Message): boolean {
  return direction === "inbound";
}

/** Says new messages from the customer to screen readers. */
function Announcer({ message }: { message: Message | undefined }) {
  const { t } = useTranslation();
  const [first] = useState(message?.id);
  const isNew = message !== undefined && message.id !== first && isInbound(message);
  return (
    <VisuallyHidden aria-live="polite">
      {isNew && `${message.sender.name}: ${message.text || typeName(t, message.type)}`}
    </VisuallyHidden>
  );
}
