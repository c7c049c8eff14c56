import { useTranslation } from "react-i18next";
import type { Media } from "@/api/types";
import { useLightbox } from "../lightbox";
import classes from "./body.module.css";
import { text } from "./content";
import { FormattedText } from "./FormattedText";
import { MediaNote } from "./MediaNote";
import type { BodyProps } from "./MessageBody";
import { useFreshMedia } from "./useFreshMedia";

/** The picture's place before it is here, so that nothing jumps when it comes. */
function proportions(media: Media | null): React.CSSProperties | undefined {
  return media?.width && media.height ? { aspectRatio: `${media.width} / ${media.height}` } : undefined;
}

function Caption({ message, found }: BodyProps) {
  const caption = text(message.content.caption);
  if (caption === "") return null;
  return (
    <span className={classes.caption}>
      <FormattedText text={caption} found={found} />
    </span>
  );
}

export function ImageBody(props: BodyProps) {
  const { message } = props;
  const { t } = useTranslation();
  const { url, thumbnail, onError, media } = useFreshMedia(message);
  const openLightbox = useLightbox((state) => state.open);
  const caption = text(message.content.caption);
  return (
    <>
      {url === null ? (
        <MediaNote kind="image" media={media} />
      ) : (
        <button
          type="button"
          className={classes.imageButton}
          aria-label={t("thread.openImage")}
          onClick={() => openLightbox({ url, caption, filename: media?.filename ?? "" })}
        >
          <img
            className={classes.image}
            style={proportions(media)}
            src={thumbnail ?? url}
            alt={caption || t("thread.imageFrom", { name: message.sender.name })}
            onError={onError}
          />
        </button>
      )}
      <Caption {...props} />
    </>
  );
}

export function VideoBody(props: BodyProps) {
  const { t } = useTranslation();
  const { url, thumbnail, onError, media } = useFreshMedia(props.message);
  return (
    <>
      {url === null ? (
        <MediaNote kind="video" media={media} />
      ) : (
        <video
          className={classes.video}
          style={proportions(media)}
          src={url}
          poster={thumbnail ?? undefined}
          controls
          preload={thumbnail === null ? "metadata" : "none"}
          aria-label={t("thread.kinds.video")}
          onError={onError}
        />
      )}
      <Caption {...props} />
    </>
  );
}

export function StickerBody({ message }: BodyProps) {
  const { t } = useTranslation();
  const { url, onError, media } = useFreshMedia(message);
  if (url === null) return <MediaNote kind="sticker" media={media} />;
  return <img className={classes.sticker} src={url} alt={t("thread.kinds.sticker")} onError={onError} />;
}
