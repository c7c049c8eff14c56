import { Loader, UnstyledButton } from "@mantine/core";
import { IconWifiOff } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { usePresence } from "@/realtime/presence";
import { reconnectNow } from "@/realtime/useRealtime";
import classes from "./layout.module.css";

/** A blink is not worth a word. */
const PATIENCE = 700;

/** Says when the inbox is not live, and what is being done about it. Always in the page, mostly empty. */
export function ConnectionBanner() {
  const { t } = useTranslation();
  const connection = usePresence((state) => state.connection);
  const live = connection === "online";
  const [patient, setPatient] = useState(true);
  useEffect(() => {
    const timer = setTimeout(() => setPatient(live), live ? 0 : PATIENCE);
    return () => clearTimeout(timer);
  }, [live]);
  const shown = !live && !patient;
  return (
    <div
      role="status"
      className={classes.connection}
      data-testid="connection-state"
      data-state={connection}
      data-shown={shown || undefined}
    >
      {shown && (
        <>
          {connection === "offline" ? (
            <IconWifiOff size={16} aria-hidden="true" />
          ) : (
            <Loader size={14} color="currentColor" aria-hidden="true" />
          )}
          <span>{t(`layout.connection.${connection}`)}</span>
          {(connection === "offline" || connection === "reconnecting") && (
            <UnstyledButton className={classes.retry} onClick={reconnectNow}>
              {t("common.tryAgain")}
            </UnstyledButton>
          )}
        </>
      )}
    </div>
  );
}
