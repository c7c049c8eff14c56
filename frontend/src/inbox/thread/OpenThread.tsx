import { Button, Center, Skeleton, Stack, Text } from "@mantine/core";
import { useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useShallow } from "zustand/react/shallow";
import { readMessage } from "@/api/messages";
import type { Conversation, Message } from "@/api/types";
import { useProblemReport, useProblemText } from "@/api/useProblemText";
import { useShortcut } from "@/shortcuts/useShortcut";
import { Composer } from "../composer/Composer";
import { focusComposer, replyTo } from "../composer/composerStore";
import { DropZone } from "../composer/DropZone";
import { ClosedWindow } from "../composer/more/ClosedWindow";
import { MoreMenu } from "../composer/more/MoreMenu";
import { useOutbox } from "../composer/outbox";
import { LightboxDialog } from "./LightboxDialog";
import { MessageList } from "./MessageList";
import type { RowContext } from "./MessageRow";
import { firstOfUnread } from "./rows";
import { ThreadHeader } from "./ThreadHeader";
import { ThreadSearch } from "./ThreadSearch";
import classes from "./thread.module.css";
import { TypingLine } from "./TypingLine";
import { useMessageActions } from "./useMessageActions";
import { useThread } from "./useThread";
import { useTarget, useThreadPlace } from "./useThreadPlace";
import { useWritable, WhyClosed } from "./WhyClosed";

function LoadingThread() {
  const { t } = useTranslation();
  return (
    <div className={classes.skeletons} role="status" aria-label={t("common.loading")}>
      {[220, 160, 280, 190].map((width, index) => (
        <Skeleton key={width} height={46} width={width} radius="lg" ml={index % 2 === 1 ? "auto" : 0} />
      ))}
    </div>
  );
}

export function OpenThread({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const reportProblem = useProblemReport();
  const { id } = conversation;
  const { place, toMessage, toDay, toEnd } = useThreadPlace();
  const thread = useThread(id, place.anchor);
  const { messages } = thread;
  const [searching, setSearching] = useState(false);
  const [found, setFound] = useState("");
  const target = useTarget(place.goal, messages);
  const actions = useMessageActions(id);
  const outgoing = useOutbox(
    useShallow((state) => state.entries.filter((entry) => entry.conversationId === id)),
  );
  const obstacle = useWritable(conversation);

  // The line above what was unread stays where it was when the thread was opened.
  const [unreadAtOpening] = useState(conversation.unread_count);
  const [firstUnread, setFirstUnread] = useState<string | null | undefined>(undefined);
  if (firstUnread === undefined && !thread.isPending)
    setFirstUnread(firstOfUnread(messages, unreadAtOpening));

  const isLoaded = useCallback(
    (wanted: string) => messages.some((message) => message.id === wanted),
    [messages],
  );
  const onFound = useCallback(
    (message: Message, words: string) => {
      setFound(words);
      toMessage(message.id, message.at, isLoaded(message.id));
    },
    [toMessage, isLoaded],
  );
  const onJump = useCallback(
    (wanted: string) => {
      if (isLoaded(wanted)) toMessage(wanted, null, true);
      else void readMessage(wanted).then(({ at }) => toMessage(wanted, at, false), reportProblem);
    },
    [toMessage, isLoaded, reportProblem],
  );
  const canReply = obstacle === null;
  const { cancel, reaction, retry } = actions;
  const context = useMemo<RowContext>(
    () => ({ actions: { cancel, reaction, retry }, canReply, onReply: replyTo, onJump }),
    [cancel, reaction, retry, canReply, onJump],
  );
  const closeSearch = () => {
    setSearching(false);
    setFound("");
  };
  useShortcut("searchThread", () => setSearching(true));
  useShortcut("reply", focusComposer);

  const known = new Set(messages.map(({ client_id }) => client_id));
  const waiting = outgoing.filter(({ clientId }) => !known.has(clientId));

  return (
    <DropZone conversationId={id} enabled={canReply} className={classes.pane}>
      <ThreadHeader conversation={conversation} onSearch={() => setSearching(true)} onJumpToDate={toDay} />
      {searching && <ThreadSearch conversationId={id} onFound={onFound} onClose={closeSearch} />}
      {thread.isPending && <LoadingThread />}
      {thread.error !== null && (
        <Center flex={1}>
          <Stack align="center" gap="sm" role="alert">
            <Text>{problemText(thread.error)}</Text>
            <Button variant="default" onClick={() => void thread.retry()}>
              {t("common.tryAgain")}
            </Button>
          </Stack>
        </Center>
      )}
      {!thread.isPending && thread.error === null && (
        <MessageList
          key={place.anchor ?? "end"}
          messages={messages}
          outgoing={waiting}
          firstUnread={firstUnread ?? null}
          hasOlder={thread.hasOlder}
          hasNewer={thread.hasNewer}
          extending={thread.extending}
          onExtend={thread.extend}
          target={target}
          found={found}
          context={context}
          onBackToEnd={toEnd}
        />
      )}
      <div className={classes.foot}>
        <TypingLine conversationId={id} />
        {obstacle === null && (
          <Composer conversationId={id} more={<MoreMenu conversation={conversation} />} />
        )}
        {obstacle === "window" && <ClosedWindow conversation={conversation} />}
        {obstacle !== null && obstacle !== "window" && (
          <WhyClosed obstacle={obstacle} conversation={conversation} />
        )}
      </div>
      <LightboxDialog />
    </DropZone>
  );
}
