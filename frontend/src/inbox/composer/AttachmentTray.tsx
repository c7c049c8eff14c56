import { CloseButton, Text } from "@mantine/core";
import { IconFile, IconMusic } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { fileSize } from "@/i18n/format";
import { LARGEST_DOCUMENT, type Attachment } from "./attachments";
import classes from "./composer.module.css";
import { detach } from "./composerStore";
import { useObjectUrl } from "./useObjectUrl";

function Preview({ attachment: { file, kind } }: { attachment: Attachment }) {
  const url = useObjectUrl(kind === "image" || kind === "video" ? file : null);
  if (kind === "image" && url !== null) return <img src={url} alt="" className={classes.thumb} />;
  if (kind === "video" && url !== null) return <video src={url} muted className={classes.thumb} />;
  const Icon = kind === "audio" ? IconMusic : IconFile;
  return (
    <span className={classes.thumb}>
      <Icon size={24} aria-hidden="true" />
    </span>
  );
}

interface Props {
  conversationId: string;
  attachments: Attachment[];
}

/** The files that go out with the next "send". */
export function AttachmentTray({ conversationId, attachments }: Props) {
  const { t } = useTranslation();
  if (attachments.length === 0) return null;
  return (
    <ul className={classes.tray} aria-label={t("composer.attachments")}>
      {attachments.map((attachment) => {
        const { file, id, kind } = attachment;
        const tooLarge = file.size > LARGEST_DOCUMENT;
        return (
          <li key={id} className={classes.attachment} data-refused={tooLarge || undefined}>
            <Preview attachment={attachment} />
            <span className={classes.attachmentText}>
              <Text size="sm" truncate title={file.name}>
                {file.name}
              </Text>
              <Text size="xs" c={tooLarge ? "var(--pt-danger)" : "var(--pt-muted)"}>
                {tooLarge ? t("composer.tooLarge") : `${t(`thread.kinds.${kind}`)} · ${fileSize(file.size)}`}
              </Text>
            </span>
            <CloseButton
              size="sm"
              onClick={() => detach(conversationId, id)}
              aria-label={t("composer.removeAttachment", { name: file.name })}
            />
          </li>
        );
      })}
    </ul>
  );
}
