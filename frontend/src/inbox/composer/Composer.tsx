import { ActionIcon, Popover, Textarea, Tooltip } from "@mantine/core";
import { IconMicrophone, IconMoodSmile, IconPaperclip, IconSend2 } from "@tabler/icons-react";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { AttachmentTray } from "./AttachmentTray";
import { LARGEST_DOCUMENT, takesCaption } from "./attachments";
import classes from "./composer.module.css";
import { attachFiles, clearWaiting, useComposerStore, useWaiting } from "./composerStore";
import { keepDraft, useDraft } from "./drafts";
import { ReplyBar } from "./ReplyBar";
import { send } from "./sendOutgoing";
import { useTypingSignal } from "./useTypingSignal";
import { VoiceRecorder } from "./VoiceRecorder";

const EmojiPicker = lazy(() => import("./emoji/EmojiPicker"));
const LONGEST_TEXT = 4096;
const LONGEST_CAPTION = 1024;

interface Props {
  conversationId: string;
  /** The menu of what else can be sent. */
  more?: React.ReactNode;
}

/** Where the agent writes: text, emoji, files, voice. Keyed by conversation, so that each has its own draft. */
export function Composer({ conversationId, more }: Props) {
  const { t } = useTranslation();
  const field = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const text = useDraft(conversationId);
  const [recording, setRecording] = useState(false);
  const [emojiOpened, setEmojiOpened] = useState(false);
  const { attachments, reply } = useWaiting(conversationId);
  const typing = useTypingSignal(conversationId);
  const focusRequests = useComposerStore((state) => state.focusRequests);

  const write = (next: string) => keepDraft(conversationId, next);

  useEffect(() => {
    if (focusRequests > 0) field.current?.focus();
  }, [focusRequests]);

  const captioning = attachments.some(takesCaption);
  const limit = captioning ? LONGEST_CAPTION : LONGEST_TEXT;
  const words = text.trim();
  const tooLarge = attachments.some(({ file }) => file.size > LARGEST_DOCUMENT);
  const ready = (words !== "" || attachments.length > 0) && words.length <= limit && !tooLarge;

  const submit = () => {
    if (!ready) return;
    send({ conversationId, text: words, attachments, reply });
    write("");
    clearWaiting(conversationId);
    typing.stop();
  };

  const insert = (emoji: string) => {
    const input = field.current;
    const start = input?.selectionStart ?? text.length;
    const end = input?.selectionEnd ?? start;
    write(text.slice(0, start) + emoji + text.slice(end));
    requestAnimationFrame(() => {
      input?.focus();
      input?.setSelectionRange(start + emoji.length, start + emoji.length);
    });
  };

  if (recording) {
    return (
      <div className={classes.composer}>
        <VoiceRecorder conversationId={conversationId} onDone={() => setRecording(false)} />
      </div>
    );
  }

  return (
    <div className={classes.composer}>
      {reply !== null && <ReplyBar conversationId={conversationId} quoted={reply.quoted} />}
      <AttachmentTray conversationId={conversationId} attachments={attachments} />
      <div className={classes.bar}>
        <Popover opened={emojiOpened} onChange={setEmojiOpened} position="top-start" withinPortal trapFocus>
          <Popover.Target>
            <Tooltip label={t("composer.emoji")}>
              <ActionIcon
                onClick={() => setEmojiOpened((before) => !before)}
                aria-label={t("composer.emoji")}
              >
                <IconMoodSmile size={21} />
              </ActionIcon>
            </Tooltip>
          </Popover.Target>
          <Popover.Dropdown p={8}>
            <Suspense fallback={null}>
              <EmojiPicker onChoose={insert} />
            </Suspense>
          </Popover.Dropdown>
        </Popover>
        <Tooltip label={t("composer.attach")}>
          <ActionIcon onClick={() => picker.current?.click()} aria-label={t("composer.attach")}>
            <IconPaperclip size={21} />
          </ActionIcon>
        </Tooltip>
        {more}
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          data-testid="composer-file"
          onChange={(event) => {
            attachFiles(conversationId, event.currentTarget.files ?? []);
            event.currentTarget.value = "";
          }}
        />
        <Textarea
          ref={field}
          className={classes.field}
          variant="unstyled"
          autosize
          minRows={1}
          maxRows={8}
          placeholder={captioning ? t("composer.caption") : t("composer.write")}
          aria-label={captioning ? t("composer.caption") : t("composer.write")}
          value={text}
          error={words.length > limit ? t("composer.tooLong", { limit, length: words.length }) : undefined}
          data-testid="composer-input"
          onChange={(event) => {
            write(event.currentTarget.value);
            typing.touch();
          }}
          onPaste={(event) => {
            const { files } = event.clipboardData;
            if (files.length === 0) return;
            event.preventDefault();
            attachFiles(conversationId, files);
          }}
          onKeyDown={(event) => {
            if (event.key === "Escape") field.current?.blur();
            if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            submit();
          }}
        />
        {attachments.length > 0 || words !== "" ? (
          <ActionIcon
            variant="filled"
            color="brand"
            radius="xl"
            size="lg"
            disabled={!ready}
            onClick={submit}
            aria-label={t("composer.send")}
            data-testid="composer-send"
          >
            <IconSend2 size={19} />
          </ActionIcon>
        ) : (
          <Tooltip label={t("composer.record")}>
            <ActionIcon onClick={() => setRecording(true)} aria-label={t("composer.record")}>
              <IconMicrophone size={21} />
            </ActionIcon>
          </Tooltip>
        )}
      </div>
    </div>
  );
}
