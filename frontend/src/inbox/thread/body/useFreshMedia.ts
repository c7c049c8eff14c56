import { useRef, useState } from "react";
import type { Message } from "@/api/types";
import { refreshMedia } from "../threadCache";

/**
 * A media address that is signed for a while only. When the browser can't load it, a fresh one is asked for,
 * once; a second failure is the file's own.
 */
export function useFreshMedia(message: Message) {
  const asked = useRef(false);
  const [broken, setBroken] = useState(false);
  const { media } = message;

  const onError = () => {
    if (media === null || asked.current) {
      setBroken(true);
      return;
    }
    asked.current = true;
    refreshMedia(message.conversation_id, message.id, media.id).catch(() => setBroken(true));
  };

  const url = media?.state === "ready" && !broken ? media.url : null;
  const thumbnail = url === null ? null : (media?.thumbnail_url ?? null);
  return {
    url,
    thumbnail,
    onError,
    media: broken && media !== null ? { ...media, state: "failed" as const } : media,
  };
}
