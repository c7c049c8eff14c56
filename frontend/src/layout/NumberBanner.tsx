import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useNumbers } from "@/inbox/useColleagues";
import { phoneText } from "@/i18n/phone";
import classes from "./layout.module.css";

/** A number that can't send: its messages wait, and whoever writes must know. */
export function NumberBanner() {
  const { t } = useTranslation();
  const troubled = useNumbers().filter(
    // One whose QR code nobody has scanned yet has nothing that waits.
    ({ status, is_active }) => is_active && status !== "connected" && status !== "waiting",
  );
  if (troubled.length === 0) return null;
  return (
    <div role="alert" className={classes.numberBanner}>
      <IconAlertTriangle size={17} aria-hidden="true" />
      <span>
        {troubled.map(({ id, verified_name, display_phone_number, status, status_detail }) => (
          <span key={id} className={classes.numberTrouble}>
            <b>{`${verified_name} ${phoneText(display_phone_number)}`.trim()}</b>:{" "}
            {t(`layout.numberStatus.${status}`)} {status_detail}
          </span>
        ))}
      </span>
    </div>
  );
}
