import { Outlet } from "@tanstack/react-router";
import { useBell } from "@/notices/useBell";
import { useNoticeToasts } from "@/notices/useNoticeToasts";
import { useRealtime } from "@/realtime/useRealtime";
import { ShortcutHelp } from "@/shortcuts/ShortcutHelp";
import { useShortcut } from "@/shortcuts/useShortcut";
import { ConnectionBanner } from "./ConnectionBanner";
import { EmailBanner } from "./EmailBanner";
import { ImpersonationBanner } from "./ImpersonationBanner";
import classes from "./layout.module.css";
import { NavRail } from "./NavRail";
import { NumberBanner } from "./NumberBanner";
import { useHelp } from "./useHelp";
import { useUnreadTitle } from "./useUnreadTitle";

/** What surrounds every page of a signed-in user; it holds the socket. */
export function AppLayout() {
  const help = useHelp();
  useRealtime();
  useUnreadTitle();
  useNoticeToasts();
  useShortcut("help", help.open);
  useShortcut("notices", () => useBell.setState({ opened: true }));
  return (
    <div className={classes.app}>
      <NavRail />
      <div className={classes.main}>
        <ImpersonationBanner />
        <ConnectionBanner />
        <NumberBanner />
        <EmailBanner />
        <div className={classes.page}>
          <Outlet />
        </div>
      </div>
      <ShortcutHelp opened={help.opened} onClose={help.close} />
    </div>
  );
}
