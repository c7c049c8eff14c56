import { useEffect } from "react";
import { markRead } from "@/api/conversations";
import { keys } from "@/api/keys";
import type { Conversation } from "@/api/types";
import { queryClient } from "@/app/queryClient";
import { usePermission } from "@/auth/session";
import { putConversation } from "../conversations/cache";

/** Whoever only passes by with the arrow keys has not read. */
const LOOKED_AT = 500;

function isLookedAt(): boolean {
  return document.visibilityState === "visible" && document.hasFocus();
}

/** Marks the open conversation as read while somebody really looks at it. */
export function useMarkRead(conversation: Conversation | undefined): void {
  const id = conversation?.id;
  const mayAnswer = usePermission("conversations.answer");
  const unread = mayAnswer && (conversation?.unread_count ?? 0) > 0;
  useEffect(() => {
    if (id === undefined || !unread) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = () => {
      void markRead(id).then((read) => {
        putConversation(read);
        void queryClient.invalidateQueries({ queryKey: keys.counts });
      }, ignore);
    };
    const watch = () => {
      clearTimeout(timer);
      if (isLookedAt()) timer = setTimeout(read, LOOKED_AT);
    };
    watch();
    window.addEventListener("focus", watch);
    document.addEventListener("visibilitychange", watch);
    return () => {
      clearTimeout(timer);
      window.removeEventListener("focus", watch);
      document.removeEventListener("visibilitychange", watch);
    };
  }, [id, unread]);
}

/** It stays unread and the next look tries again. */
function ignore(): void {
  return undefined;
}
