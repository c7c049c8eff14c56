import { Loader } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Conversation } from "@/api/types";
import { ConversationItem } from "./ConversationItem";
import classes from "./conversations.module.css";

const ROW = 74;
const ROW_WITH_NUMBER = 90;

interface Props {
  conversations: Conversation[];
  selectedId: string | null;
  showNumber: boolean;
  hasMore: boolean;
  loadingMore: boolean;
  onMore: () => void;
  onOpen: (id: string) => void;
}

/** The list itself, which draws only what is seen: kept apart because the virtualizer can't be memoized. */
export function VirtualConversations(props: Props) {
  const { conversations, selectedId, showNumber, hasMore, loadingMore, onMore, onOpen } = props;
  const { t } = useTranslation();
  const viewport = useRef<HTMLDivElement>(null);
  const height = showNumber ? ROW_WITH_NUMBER : ROW;
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtualizer = useVirtualizer({
    count: conversations.length,
    getScrollElement: () => viewport.current,
    estimateSize: () => height,
    getItemKey: (index) => conversations[index]?.id ?? index,
    overscan: 8,
  });
  const items = virtualizer.getVirtualItems();
  const lastSeen = items.at(-1)?.index ?? 0;

  useEffect(() => virtualizer.measure(), [height, virtualizer]);
  useEffect(() => {
    if (hasMore && !loadingMore && lastSeen >= conversations.length - 10) onMore();
  }, [hasMore, loadingMore, lastSeen, conversations.length, onMore]);

  const selected = conversations.findIndex(({ id }) => id === selectedId);
  useEffect(() => {
    if (selected >= 0) virtualizer.scrollToIndex(selected, { align: "auto" });
    // Only when another conversation is selected: one that moves up must not drag the list along.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [selectedId]);

  return (
    <div ref={viewport} className={classes.viewport}>
      <ul
        className={classes.rows}
        style={{ height: virtualizer.getTotalSize() }}
        aria-label={t("inbox.conversations")}
      >
        {items.map((item) => {
          const conversation = conversations[item.index];
          if (conversation === undefined) return null;
          return (
            <li
              key={item.key}
              className={classes.rowItem}
              style={{ height: item.size, transform: `translateY(${item.start}px)` }}
              aria-setsize={hasMore ? -1 : conversations.length}
              aria-posinset={item.index + 1}
            >
              <ConversationItem
                conversation={conversation}
                selected={conversation.id === selectedId}
                showNumber={showNumber}
                onOpen={onOpen}
              />
            </li>
          );
        })}
      </ul>
      {loadingMore && (
        <div className={classes.more}>
          <Loader size="xs" aria-label={t("common.loading")} />
        </div>
      )}
    </div>
  );
}
