import { Tooltip } from "@mantine/core";
import {
  IconAlertCircleFilled,
  IconBan,
  IconCheck,
  IconChecks,
  IconClock,
  IconHelpCircle,
  IconPlayerPause,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Message, MessageStatus } from "@/api/types";
import { dateAndTime } from "@/i18n/format";
import classes from "./thread.module.css";

const ICONS: Partial<Record<MessageStatus, typeof IconCheck>> = {
  scheduled: IconClock,
  queued: IconClock,
  sending: IconClock,
  held: IconPlayerPause,
  uncertain: IconHelpCircle,
  accepted: IconCheck,
  sent: IconCheck,
  delivered: IconChecks,
  read: IconChecks,
  played: IconChecks,
  failed: IconAlertCircleFilled,
  cancelled: IconBan,
};

const TONES: Partial<Record<MessageStatus, string | undefined>> = {
  read: classes.ticksRead,
  played: classes.ticksRead,
  failed: classes.ticksFailed,
  uncertain: classes.ticksWarning,
  held: classes.ticksWarning,
};

interface Props {
  status: MessageStatus;
  size?: number;
}

/** How far a message has come: clock, one tick, two ticks, two blue ticks; or what stopped it. */
export function Ticks({ status, size = 16 }: Props) {
  const { t } = useTranslation();
  const Icon = ICONS[status];
  if (Icon === undefined) return null;
  const label = t(`thread.status.${status}`);
  return (
    <span role="img" aria-label={label} className={TONES[status] ?? classes.ticks}>
      <Icon size={size} aria-hidden="true" />
    </span>
  );
}

/** Ticks that tell on hover when each step happened. */
export function TicksWithTimes({ message }: { message: Message }) {
  const { t } = useTranslation();
  const steps = [
    ["sent", message.sent_at],
    ["delivered", message.delivered_at],
    ["read", message.read_at],
    ["failed", message.failed_at],
  ] as const;
  const times = steps.flatMap(([step, at]) =>
    at === null ? [] : [`${t(`thread.status.${step}`)}: ${dateAndTime(at)}`],
  );
  return (
    <Tooltip
      label={times.length === 0 ? t(`thread.status.${message.status}`) : times.join("\n")}
      multiline
      style={{ whiteSpace: "pre" }}
    >
      <span>
        <Ticks status={message.status} />
      </span>
    </Tooltip>
  );
}
