import { ActionIcon, Group, Menu, Popover, UnstyledButton } from "@mantine/core";
import { IconArrowBackUp, IconCopy, IconDots, IconMoodPlus, IconX } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Message } from "@/api/types";
import classes from "./thread.module.css";

const EmojiPicker = lazy(() => import("../composer/emoji/EmojiPicker"));
const QUICK = ["👍", "❤️", "😂", "😮", "😢", "🙏"];

interface Props {
  message: Message;
  canReply: boolean;
  onReply: () => void;
  onReact: (emoji: string) => void;
}

function ReactionPicker({ message, onReact }: Pick<Props, "message" | "onReact">) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const [all, setAll] = useState(false);
  const mine = message.reactions.find(({ direction }) => direction === "outbound")?.emoji;
  const choose = (emoji: string) => {
    setOpened(false);
    setAll(false);
    onReact(emoji);
  };
  return (
    <Popover opened={opened} onChange={setOpened} position="top" withinPortal trapFocus>
      <Popover.Target>
        <ActionIcon size="md" onClick={() => setOpened(true)} aria-label={t("thread.react")}>
          <IconMoodPlus size={17} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown p={6}>
        {all ? (
          <Suspense fallback={null}>
            <EmojiPicker onChoose={choose} />
          </Suspense>
        ) : (
          <Group gap={2} wrap="nowrap">
            {QUICK.map((emoji) => (
              <UnstyledButton
                key={emoji}
                className={classes.quickEmoji}
                data-chosen={emoji === mine || undefined}
                onClick={() => choose(emoji === mine ? "" : emoji)}
                aria-label={t("thread.reactWith", { emoji })}
              >
                {emoji}
              </UnstyledButton>
            ))}
            {mine !== undefined && (
              <ActionIcon onClick={() => choose("")} aria-label={t("thread.removeReaction")}>
                <IconX size={17} />
              </ActionIcon>
            )}
            <ActionIcon onClick={() => setAll(true)} aria-label={t("thread.moreEmoji")}>
              <IconDots size={17} />
            </ActionIcon>
          </Group>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

/** What appears beside a bubble under the pointer or the focus: answer, react, copy. */
export function MessageMenu({ message, canReply, onReply, onReact }: Props) {
  const { t } = useTranslation();
  return (
    <span className={classes.actions}>
      {canReply && (
        <>
          <ActionIcon size="md" onClick={onReply} aria-label={t("thread.reply")}>
            <IconArrowBackUp size={17} />
          </ActionIcon>
          <ReactionPicker message={message} onReact={onReact} />
        </>
      )}
      {message.text !== "" && (
        <Menu position="top">
          <Menu.Target>
            <ActionIcon size="md" aria-label={t("thread.more")}>
              <IconDots size={17} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item
              leftSection={<IconCopy size={16} />}
              onClick={() => void navigator.clipboard.writeText(message.text)}
            >
              {t("thread.copy")}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    </span>
  );
}
