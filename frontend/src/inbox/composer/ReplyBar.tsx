import { CloseButton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { QuotedMessage } from "@/api/types";
import { QuotedReply } from "../thread/QuotedReply";
import classes from "./composer.module.css";
import { dropReply } from "./composerStore";

interface Props {
  conversationId: string;
  quoted: QuotedMessage;
}

export function ReplyBar({ conversationId, quoted }: Props) {
  const { t } = useTranslation();
  return (
    <div
      className={classes.reply}
      role="group"
      aria-label={t("composer.replyingTo", { name: quoted.sender_name })}
    >
      <QuotedReply quoted={quoted} />
      <CloseButton onClick={() => dropReply(conversationId)} aria-label={t("composer.cancelReply")} />
    </div>
  );
}
