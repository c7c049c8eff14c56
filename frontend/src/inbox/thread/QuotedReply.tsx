import { useTranslation } from "react-i18next";
import type { QuotedMessage } from "@/api/types";
import { typeName } from "../conversations/MessagePreview";
import classes from "./thread.module.css";

interface Props {
  quoted: QuotedMessage;
  onJump?: ((id: string) => void) | undefined;
}

/** The message that this one answers; a click goes there. */
export function QuotedReply({ quoted, onJump }: Props) {
  const { t } = useTranslation();
  const { id } = quoted;
  const body = (
    <>
      <span className={classes.quoteName}>{quoted.sender_name || t("thread.unknownSender")}</span>
      <span className={classes.quoteText}>
        {quoted.preview || (id === null ? t("thread.quoteMissing") : typeName(t, quoted.type))}
      </span>
    </>
  );
  if (id === null || onJump === undefined) return <div className={classes.quote}>{body}</div>;
  return (
    <button
      type="button"
      className={classes.quote}
      onClick={() => onJump(id)}
      aria-label={t("thread.goToQuoted")}
    >
      {body}
    </button>
  );
}
