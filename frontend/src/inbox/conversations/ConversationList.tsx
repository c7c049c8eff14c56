import { Button, Skeleton, Stack, Text } from "@mantine/core";
import { IconInbox, IconMoodHappy, IconSearchOff } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useCallback, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useProblemText } from "@/api/useProblemText";
import { usePermission } from "@/auth/session";
import { useShortcut } from "@/shortcuts/useShortcut";
import { useNumbers, useNumbersIfKnown } from "../useColleagues";
import { readAhead } from "../thread/useThread";
import classes from "./conversations.module.css";
import type { InboxFilters } from "./filters";
import { useConversationList } from "./useConversationList";
import { useInboxAddress } from "./useInboxAddress";
import { VirtualConversations } from "./VirtualConversations";

/** The arrow keys lead there next; but what was asked for comes first. */
const NEIGHBOURS_AFTER = 400;

function LoadingRows() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t("common.loading")}>
      {Array.from({ length: 9 }, (_, index) => (
        <div key={index} className={classes.skeleton}>
          <Skeleton circle height={42} />
          <div>
            <Skeleton height={12} width={`${45 + ((index * 17) % 30)}%`} mb={10} />
            <Skeleton height={10} width={`${60 + ((index * 13) % 35)}%`} />
          </div>
        </div>
      ))}
    </div>
  );
}

/** Why there is nothing to list. */
function useEmptiness(filters: InboxFilters) {
  const numbers = useNumbersIfKnown();
  if (filters.q !== undefined) return "search";
  if (filters.unread ?? filters.number ?? filters.closed) return "filters";
  if (numbers?.length === 0) return "noNumber";
  return filters.view ?? "all";
}

function NothingHere({ filters, onClear }: { filters: InboxFilters; onClear: () => void }) {
  const { t } = useTranslation();
  const mayConnect = usePermission("numbers.manage");
  const narrowed = filters.q ?? filters.unread ?? filters.number ?? filters.closed;
  const kind = useEmptiness(filters);
  const Icon = kind === "search" ? IconSearchOff : kind === "unassigned" ? IconMoodHappy : IconInbox;
  return (
    <Stack align="center" gap={6} p="xl" mt="xl" ta="center">
      <Icon size={40} stroke={1.4} color="var(--pt-muted)" aria-hidden="true" />
      <Text fw={600}>{t(`inbox.empty.${kind}.title`)}</Text>
      <Text size="sm" c="var(--pt-muted)">
        {t(`inbox.empty.${kind}.detail`)}
      </Text>
      {kind === "noNumber" && mayConnect && (
        <Button size="xs" mt="xs" renderRoot={(props) => <Link to="/numbers" {...props} />}>
          {t("numbers.connect")}
        </Button>
      )}
      {narrowed !== undefined && (
        <Button size="xs" variant="light" mt="xs" onClick={onClear}>
          {t("inbox.clearFilters")}
        </Button>
      )}
    </Stack>
  );
}

export function ConversationList() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const { filters, conversationId, open, filter } = useInboxAddress();
  const list = useConversationList(filters);
  const { conversations, fetchNextPage } = list;
  const showNumber = useNumbers().length > 1;
  const more = useCallback(() => void fetchNextPage(), [fetchNextPage]);

  const at = conversations.findIndex(({ id }) => id === conversationId);
  const move = (by: number) => {
    const next = conversations[at === -1 ? 0 : Math.min(conversations.length - 1, Math.max(0, at + by))];
    if (next !== undefined) open(next.id);
  };
  const before = at > 0 ? conversations[at - 1]?.id : undefined;
  const after = at >= 0 ? conversations[at + 1]?.id : undefined;
  useEffect(() => {
    const timer = setTimeout(() => {
      for (const id of [after, before]) if (id !== undefined) readAhead(id);
    }, NEIGHBOURS_AFTER);
    return () => clearTimeout(timer);
  }, [before, after]);
  useShortcut("next", () => move(1));
  useShortcut("previous", () => move(-1));

  if (list.isPending) return <LoadingRows />;
  if (list.isError && conversations.length === 0) {
    return (
      <Stack align="center" p="xl" gap="sm" role="alert">
        <Text size="sm" ta="center">
          {problemText(list.error)}
        </Text>
        <Button size="xs" variant="default" onClick={() => void list.refetch()}>
          {t("common.tryAgain")}
        </Button>
      </Stack>
    );
  }
  if (conversations.length === 0) {
    const clear = () => filter({ q: undefined, unread: undefined, number: undefined, closed: undefined });
    return <NothingHere filters={filters} onClear={clear} />;
  }
  return (
    <VirtualConversations
      key={JSON.stringify(filters)}
      conversations={conversations}
      selectedId={conversationId}
      showNumber={showNumber}
      hasMore={list.hasNextPage}
      loadingMore={list.isFetchingNextPage}
      onMore={more}
      onOpen={open}
    />
  );
}
