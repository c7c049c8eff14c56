import { ActionIcon, Button, Group, Progress } from "@mantine/core";
import { IconAlertCircleFilled, IconClock, IconFile, IconMicrophone, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { isUnreachable } from "@/api/problem";
import { useProblemText } from "@/api/useProblemText";
import type { Attachment } from "@/inbox/composer/attachments";
import { takeBackText } from "@/inbox/composer/drafts";
import type { Outgoing } from "@/inbox/composer/outbox";
import { discard, sendAgain } from "@/inbox/composer/sendOutgoing";
import { useObjectUrl } from "@/inbox/composer/useObjectUrl";
import { clock, fileSize } from "@/i18n/format";
import bodyClasses from "./body/body.module.css";
import { FormattedText } from "./body/FormattedText";
import { QuotedReply } from "./QuotedReply";
import classes from "./thread.module.css";

function LocalFile({ attachment }: { attachment: Attachment }) {
  const { t } = useTranslation();
  const { file, kind } = attachment;
  const url = useObjectUrl(kind === "image" || kind === "video" ? file : null);
  if (kind === "image" && url !== null)
    return <img className={bodyClasses.image} src={url} alt={file.name} />;
  if (kind === "video" && url !== null) return <video className={bodyClasses.video} src={url} muted />;
  const Icon = attachment.voice ? IconMicrophone : IconFile;
  return (
    <span className={bodyClasses.card}>
      <span className={bodyClasses.cardIcon}>
        <Icon size={22} aria-hidden="true" />
      </span>
      <span className={bodyClasses.cardText}>
        <span className={bodyClasses.cardTitle}>{attachment.voice ? t("thread.voice") : file.name}</span>
        <span className={bodyClasses.cardDetail}>{fileSize(file.size)}</span>
      </span>
    </span>
  );
}

function UploadProgress({ entry }: { entry: Outgoing }) {
  const { t } = useTranslation();
  return (
    <>
      <Group gap={6} mt={6} wrap="nowrap">
        <Progress
          value={entry.progress * 100}
          flex={1}
          size="sm"
          color={entry.waiting ? "gray" : undefined}
          aria-label={t("composer.uploading")}
        />
        <ActionIcon size="sm" onClick={() => discard(entry)} aria-label={t("composer.cancelUpload")}>
          <IconX size={14} />
        </ActionIcon>
      </Group>
      {entry.waiting && (
        <span className={bodyClasses.cardDetail} role="status">
          {t("composer.uploadWaits")}
        </span>
      )}
    </>
  );
}

/** A message that the server does not know yet: shown the moment it is sent, and kept when it can't go out. */
export function OutgoingRow({ entry }: { entry: Outgoing }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const refused = entry.state === "refused";
  const reason = isUnreachable(entry.error)
    ? t("thread.goesOutLater")
    : entry.error === null
      ? t("thread.interrupted")
      : problemText(entry.error);
  const { message, attachment } = entry;
  const words = message.text?.body ?? message.caption ?? "";
  return (
    <div
      className={classes.row}
      data-testid="message"
      data-direction="outbound"
      data-type={message.type}
      data-status={refused ? "refused" : "queued"}
    >
      <div className={classes.line}>
        <div className={classes.bubble}>
          <span className={classes.hiddenSender}>{t("thread.weSaid")}</span>
          {entry.quoted !== null && <QuotedReply quoted={entry.quoted} />}
          {attachment !== null && <LocalFile attachment={attachment} />}
          {words !== "" && <FormattedText text={words} />}
          {entry.state === "uploading" && <UploadProgress entry={entry} />}
          <span className={classes.meta}>
            <time dateTime={entry.at}>{clock(entry.at)}</time>
            <span
              role="img"
              aria-label={refused ? t("thread.status.refused") : t("thread.status.queued")}
              className={refused ? classes.ticksFailed : classes.ticks}
            >
              {refused ? <IconAlertCircleFilled size={16} /> : <IconClock size={16} />}
            </span>
          </span>
        </div>
      </div>
      {refused && (
        <div className={classes.noteFailed} role="alert">
          <span>
            <strong>{t("thread.notSent")}</strong> {reason}
          </span>
          <Group gap={6}>
            <Button size="compact-xs" variant="default" onClick={() => sendAgain(entry)}>
              {t("thread.retry")}
            </Button>
            <Button
              size="compact-xs"
              variant="subtle"
              color="gray"
              onClick={() => {
                discard(entry);
                if (words !== "") takeBackText(entry.conversationId, words);
              }}
            >
              {words === "" ? t("thread.discard") : t("thread.takeBack")}
            </Button>
          </Group>
        </div>
      )}
    </div>
  );
}
