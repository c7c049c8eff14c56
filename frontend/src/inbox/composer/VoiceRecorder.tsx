import { ActionIcon, Text, Tooltip } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconSend2, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { duration } from "@/i18n/format";
import { attachmentOf } from "./attachments";
import classes from "./composer.module.css";
import { dropReply, useWaiting } from "./composerStore";
import { send } from "./sendOutgoing";
import { useVoiceRecorder } from "./useVoiceRecorder";

interface Props {
  conversationId: string;
  onDone: () => void;
}

export function VoiceRecorder({ conversationId, onDone }: Props) {
  const { t } = useTranslation();
  const { reply } = useWaiting(conversationId);
  const { phase, seconds, levels, finish } = useVoiceRecorder();
  const [sending, setSending] = useState(false);

  const deliver = async () => {
    setSending(true);
    try {
      const recording = await finish();
      if (recording !== null) {
        const attachment = { ...attachmentOf(recording.file), voice: recording.voice };
        send({ conversationId, text: "", attachments: [attachment], reply });
        dropReply(conversationId);
      }
      onDone();
    } catch {
      notifications.show({ color: "red", message: t("composer.recordingFailed") });
      onDone();
    }
  };

  if (phase === "refused" || phase === "unsupported") {
    return (
      <div className={classes.bar}>
        <Text size="sm" flex={1} role="alert" px="xs">
          {t(phase === "refused" ? "composer.microphoneRefused" : "composer.microphoneUnsupported")}
        </Text>
        <ActionIcon onClick={onDone} aria-label={t("common.close")}>
          <IconTrash size={19} />
        </ActionIcon>
      </div>
    );
  }
  return (
    <div className={classes.bar}>
      <Tooltip label={t("composer.discardRecording")}>
        <ActionIcon color="red" onClick={onDone} aria-label={t("composer.discardRecording")}>
          <IconTrash size={20} />
        </ActionIcon>
      </Tooltip>
      <span className={classes.recordingDot} data-on={phase === "recording" || undefined} />
      <Text size="sm" ff="monospace" role="timer">
        {duration(seconds)}
      </Text>
      <span className={classes.levels} aria-hidden="true">
        {levels.map((level, index) => (
          <span key={index} style={{ height: `${Math.max(8, level * 100)}%` }} />
        ))}
      </span>
      <ActionIcon
        variant="filled"
        color="brand"
        radius="xl"
        size="lg"
        disabled={phase !== "recording"}
        loading={sending}
        onClick={() => void deliver()}
        aria-label={t("composer.sendRecording")}
        data-testid="composer-send-voice"
      >
        <IconSend2 size={19} />
      </ActionIcon>
    </div>
  );
}
