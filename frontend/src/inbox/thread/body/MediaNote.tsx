import { Loader } from "@mantine/core";
import { IconAlertTriangle, IconClockX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Media } from "@/api/types";
import classes from "./body.module.css";

export type MediaKind = "image" | "video" | "audio" | "document" | "sticker";

interface Props {
  kind: MediaKind;
  media: Media | null;
}

/** Stands where a file would be that is not here: still coming, failed or gone. */
export function MediaNote({ kind, media }: Props) {
  const { t } = useTranslation();
  const name = t(`thread.kinds.${kind}`);
  if (media?.state === "pending" || media?.state === "ready") {
    return (
      <span className={classes.mediaNote} role="status">
        <Loader size="xs" />
        {t("thread.media.pending", { kind: name })}
      </span>
    );
  }
  const expired = media?.state === "expired";
  const Icon = expired ? IconClockX : IconAlertTriangle;
  return (
    <span className={classes.mediaNote}>
      <Icon size={20} aria-hidden="true" />
      <span>
        {expired ? t("thread.media.expired", { kind: name }) : t("thread.media.failed", { kind: name })}
        {!expired && media?.error ? ` ${media.error}` : ""}
      </span>
    </span>
  );
}
