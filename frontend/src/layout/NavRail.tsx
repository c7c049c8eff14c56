import { Tooltip, UnstyledButton } from "@mantine/core";
import { IconBrandWhatsapp, IconInbox, IconKeyboard, IconSettings, IconTemplate } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { usePermission } from "@/auth/session";
import { useCounts } from "@/inbox/conversations/useConversationList";
import classes from "./layout.module.css";
import { NoticeBell } from "@/notices/NoticeBell";
import { Logo } from "./Logo";
import { useHelp } from "./useHelp";
import { UserMenu } from "./UserMenu";

export function NavRail() {
  const { t } = useTranslation();
  const openHelp = useHelp((state) => state.open);
  const seesInbox = usePermission("conversations.view");
  const seesNumbers = usePermission("numbers.view");
  const seesTemplates = usePermission("templates.view");
  const unread = useCounts()?.unread ?? 0;
  return (
    <nav className={classes.rail} aria-label={t("layout.navigation")}>
      <span className={classes.railLogo}>
        <Logo size={34} />
      </span>
      {seesInbox && (
        <Tooltip label={t("inbox.title")} position="right">
          <Link to="/inbox" className={classes.railLink} aria-label={t("inbox.title")}>
            <IconInbox size={22} />
            {unread > 0 && <span className={classes.railBadge}>{unread > 99 ? "99+" : unread}</span>}
          </Link>
        </Tooltip>
      )}
      {seesNumbers && (
        <Tooltip label={t("numbers.title")} position="right">
          <Link to="/numbers" className={classes.railLink} aria-label={t("numbers.title")}>
            <IconBrandWhatsapp size={22} />
          </Link>
        </Tooltip>
      )}
      {seesTemplates && (
        <Tooltip label={t("templates.title")} position="right">
          <Link to="/templates" className={classes.railLink} aria-label={t("templates.title")}>
            <IconTemplate size={22} />
          </Link>
        </Tooltip>
      )}
      <span className={classes.railSpace} />
      <NoticeBell place="rail" />
      <Tooltip label={t("settings.title")} position="right">
        <Link to="/settings" className={classes.railLink} aria-label={t("settings.title")}>
          <IconSettings size={22} />
        </Link>
      </Tooltip>
      <Tooltip label={t("shortcuts.title")} position="right">
        <UnstyledButton className={classes.railLink} onClick={openHelp} aria-label={t("shortcuts.title")}>
          <IconKeyboard size={22} />
        </UnstyledButton>
      </Tooltip>
      <UserMenu position="right-end" />
    </nav>
  );
}
