import { UnstyledButton } from "@mantine/core";
import { useInterval } from "@mantine/hooks";
import { IconUserShield } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { leave, useMe } from "@/auth/session";
import { remaining } from "@/i18n/format";
import classes from "./layout.module.css";

/** The desk that support staff come from. */
const DESK = "/admin/";

/** Says on every page that this is somebody of the support staff, acting as the person; and ends it. */
export function ImpersonationBanner() {
  const { t } = useTranslation();
  const { full_name, impersonated_by } = useMe();
  const [now, setNow] = useState(() => Date.now());
  useInterval(() => setNow(Date.now()), 15_000, { autoInvoke: impersonated_by !== null });
  if (impersonated_by === null) return null;
  const left = remaining(impersonated_by.ends_at, now);
  const end = async () => {
    await leave();
    location.assign(DESK);
  };
  return (
    <div role="status" className={classes.impersonation} data-testid="impersonation">
      <IconUserShield size={18} aria-hidden="true" />
      <span>
        {t("impersonation.banner", { staff: impersonated_by.name, name: full_name })}{" "}
        {impersonated_by.reason !== "" && t("impersonation.reason", { reason: impersonated_by.reason })}{" "}
        {left === null ? t("impersonation.over") : t("impersonation.left", { time: left })}
      </span>
      <UnstyledButton className={classes.retry} onClick={() => void end()}>
        {t("impersonation.end")}
      </UnstyledButton>
    </div>
  );
}
