import { useEffect } from "react";
import { useCounts } from "@/inbox/conversations/useConversationList";

const NAME = "PyTake";

interface BadgeNavigator {
  setAppBadge?: (count: number) => Promise<void>;
}

/** Shows in the tab, and on the installed app's icon, how many conversations wait to be read. */
export function useUnreadTitle(): void {
  const unread = useCounts()?.unread ?? 0;
  useEffect(() => {
    document.title = unread > 0 ? `(${unread}) ${NAME}` : NAME;
    void (navigator as BadgeNavigator).setAppBadge?.(unread).catch(() => undefined);
    return () => {
      document.title = NAME;
    };
  }, [unread]);
}
