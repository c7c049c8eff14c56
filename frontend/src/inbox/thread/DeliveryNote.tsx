import { Button, Group } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Message } from "@/api/types";
import { explainedFailure } from "./failures";
import classes from "./thread.module.css";
import type { MessageActions } from "./useMessageActions";

interface Props {
  message: Message;
  actions: MessageActions;
}

function FailedNote({ message, actions }: Props) {
  const { t } = useTranslation();
  const { error } = message;
  const known = explainedFailure(error);
  const reason =
    known === null
      ? [error?.title, error?.detail].filter(Boolean).join(": ") || t("thread.failedUnknown")
      : t(`thread.failures.${known}`);
  return (
    <div className={classes.noteFailed} role="group" aria-label={t("thread.status.failed")}>
      <span>
        <strong>{t("thread.notDelivered")}</strong> {reason}
        {error !== null && <span className={classes.noteCode}> ({error.code})</span>}
      </span>
      <Button
        size="compact-xs"
        variant="default"
        loading={actions.retry.isPending}
        onClick={() => actions.retry.mutate(message.id)}
      >
        {t("thread.retry")}
      </Button>
    </div>
  );
}

const LEFT_KEY = "pytake.uncertain-left";

function leftAlone(): string[] {
  return (sessionStorage.getItem(LEFT_KEY) ?? "").split(" ").filter(Boolean);
}

/** Nobody knows whether it arrived; only a person may risk sending it twice. */
function UncertainNote({ message, actions }: Props) {
  const { t } = useTranslation();
  const [left, setLeft] = useState(() => leftAlone().includes(message.id));
  if (left) return <div className={classes.noteQuiet}>{t("thread.uncertainLeft")}</div>;
  return (
    <div className={classes.noteWarning} role="group" aria-label={t("thread.status.uncertain")}>
      <span>
        <strong>{t("thread.uncertainTitle")}</strong> {t("thread.uncertainDetail")}
      </span>
      <Group gap={6}>
        <Button
          size="compact-xs"
          variant="default"
          loading={actions.retry.isPending}
          onClick={() => actions.retry.mutate(message.id)}
        >
          {t("thread.sendAnyway")}
        </Button>
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          onClick={() => {
            sessionStorage.setItem(LEFT_KEY, [...leftAlone(), message.id].join(" "));
            setLeft(true);
          }}
        >
          {t("thread.leaveIt")}
        </Button>
      </Group>
    </div>
  );
}

function HeldNote({ message, actions }: Props) {
  const { t } = useTranslation();
  return (
    <div className={classes.noteWarning} role="group" aria-label={t("thread.status.held")}>
      <span>
        <strong>{t("thread.heldTitle")}</strong>{" "}
        {t(message.held?.reason === "messaging_limit" ? "thread.heldForPlace" : "thread.heldDetail")}
      </span>
      <Button
        size="compact-xs"
        variant="default"
        loading={actions.cancel.isPending}
        onClick={() => actions.cancel.mutate(message.id)}
      >
        {t("thread.cancelSending")}
      </Button>
    </div>
  );
}

const HELD_BACK = ["held_for_quality_assessment", "paused"] as const;

/** WhatsApp has it, and delivers it later or not at all. */
function HeldBackNote({ reason }: { reason: string }) {
  const { t } = useTranslation();
  const known = HELD_BACK.find((each) => each === reason) ?? "other";
  return <div className={classes.noteQuiet}>{t(`thread.held.${known}`)}</div>;
}

/** Below a bubble that did not simply go out: what happened, in words, and what the agent may do. */
export function DeliveryNote(props: Props) {
  const { t } = useTranslation();
  switch (props.message.status) {
    case "failed":
      return <FailedNote {...props} />;
    case "uncertain":
      return <UncertainNote {...props} />;
    case "held":
      return <HeldNote {...props} />;
    case "cancelled":
      return <div className={classes.noteQuiet}>{t("thread.cancelledDetail")}</div>;
    case "accepted":
      return props.message.held === null ? null : <HeldBackNote reason={props.message.held.reason} />;
    default:
      return null;
  }
}
