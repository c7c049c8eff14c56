import { useTranslation } from "react-i18next";
import { useTypist } from "@/realtime/presence";
import classes from "./thread.module.css";

/** A colleague is writing in this conversation: don't answer twice. */
export function TypingLine({ conversationId }: { conversationId: string }) {
  const { t } = useTranslation();
  const name = useTypist(conversationId);
  return (
    <div className={classes.typing} role="status">
      {name !== null && (
        <>
          <span className={classes.dots} aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          {t("thread.colleagueTyping", { name })}
        </>
      )}
    </div>
  );
}
