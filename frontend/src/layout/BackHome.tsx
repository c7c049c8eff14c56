import { ActionIcon } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { usePermission } from "@/auth/session";

/** On a phone, which has no rail: back to the inbox, or to the menu of those who have none. */
export function BackHome() {
  const { t } = useTranslation();
  const hasInbox = usePermission("conversations.view");
  return (
    <ActionIcon
      hiddenFrom="sm"
      renderRoot={(props) => <Link to={hasInbox ? "/inbox" : "/settings"} {...props} />}
      aria-label={t(hasInbox ? "thread.backToList" : "settings.back")}
    >
      <IconArrowLeft size={20} />
    </ActionIcon>
  );
}
