import { notifications } from "@mantine/notifications";
import { useEffect } from "react";
import { useFollow } from "./useNotices";
import { SEVERITY_COLORS } from "./severity";

/** What a tab is told of a notice that has just come. */
export interface Arrival {
  id: string;
  severity: string;
  title: string;
  body: string;
  link: string;
}

const listeners = new Set<(arrival: Arrival) => void>();

export function announce(arrival: Arrival): void {
  for (const listener of listeners) listener(arrival);
}

/** Warnings and worse are shown at once, whatever page is open; the rest waits behind the bell. */
export function useNoticeToasts(): void {
  const follow = useFollow();
  useEffect(() => {
    const show = ({ id, severity, title, body, link }: Arrival) => {
      if (severity !== "warning" && severity !== "critical") return;
      notifications.show({
        id,
        color: SEVERITY_COLORS[severity],
        title,
        message: body,
        autoClose: severity === "critical" ? 15_000 : 8_000,
        style: link === "" ? undefined : { cursor: "pointer" },
        onClick: () => {
          if (link === "") return;
          notifications.hide(id);
          follow(link);
        },
      });
    };
    listeners.add(show);
    return () => {
      listeners.delete(show);
    };
  }, [follow]);
}
