import { Tooltip } from "@mantine/core";
import { IconClockHour4, IconLock } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { dateAndTime, remaining } from "@/i18n/format";
import classes from "./thread.module.css";
import { useNow } from "./useNow";

const SOON = 2 * 60 * 60_000;

/** Whether WhatsApp lets us write freely, and until when: 24 hours from the customer's last message. */
export function useWindow(expiresAt: string | null): { open: boolean; left: string | null } {
  const now = useNow();
  const left = expiresAt === null ? null : remaining(expiresAt, now);
  return { open: left !== null, left };
}

export function WindowCountdown({ expiresAt }: { expiresAt: string | null }) {
  const { t } = useTranslation();
  const now = useNow();
  const { open, left } = useWindow(expiresAt);
  const soon = expiresAt !== null && Date.parse(expiresAt) - now < SOON;
  const Icon = open ? IconClockHour4 : IconLock;
  const state = open ? (soon ? "soon" : "open") : "closed";
  const hint =
    open && expiresAt !== null
      ? t("thread.window.openHint", { at: dateAndTime(expiresAt) })
      : t("thread.window.closedHint");
  return (
    <Tooltip label={hint} multiline maw={280}>
      <span className={classes.window} data-testid="window-countdown" data-state={state} tabIndex={0}>
        <Icon size={13} aria-hidden="true" />
        <span className={classes.truncate}>
          {open ? t("thread.window.closesIn", { left: left ?? "" }) : t("thread.window.closed")}
        </span>
      </span>
    </Tooltip>
  );
}
