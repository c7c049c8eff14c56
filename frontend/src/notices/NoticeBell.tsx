import { ActionIcon, Popover, Tooltip, UnstyledButton } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconBell } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import layout from "@/layout/layout.module.css";
import { NoticePanel } from "./NoticePanel";
import classes from "./notices.module.css";
import { useBell } from "./useBell";
import { useUnreadNotices } from "./useNotices";

interface Props {
  /** In the rail of a wide window, or in the head of the inbox on a phone: only one of them is there. */
  place: "rail" | "head";
}

export function NoticeBell({ place }: Props) {
  const narrow = useMediaQuery("(max-width: 48em)", undefined, { getInitialValueInEffect: false });
  return narrow === (place === "head") ? <Bell place={place} /> : null;
}

function Bell({ place }: Props) {
  const { t } = useTranslation();
  const { opened, set } = useBell();
  const unread = useUnreadNotices();
  const label = unread === 0 ? t("notices.title") : t("notices.titleUnread", { count: unread });
  const inside = (
    <>
      <IconBell size={22} />
      {unread > 0 && (
        <span className={place === "rail" ? layout.railBadge : classes.badge} data-testid="bell-count">
          {unread > 99 ? "99+" : unread}
        </span>
      )}
    </>
  );
  const button = { "aria-label": label, "data-testid": "bell", onClick: () => set(!opened) };
  return (
    <Popover
      opened={opened}
      onChange={set}
      position={place === "rail" ? "right-end" : "bottom-end"}
      width={place === "rail" ? 400 : "min(400px, calc(100vw - 20px))"}
      offset={10}
      trapFocus
      returnFocus
      withinPortal
    >
      <Popover.Target>
        {place === "rail" ? (
          <Tooltip label={label} position="right" disabled={opened}>
            <UnstyledButton className={layout.railLink} {...button}>
              {inside}
            </UnstyledButton>
          </Tooltip>
        ) : (
          <ActionIcon className={classes.bell} {...button} style={{ overflow: "visible" }}>
            {inside}
          </ActionIcon>
        )}
      </Popover.Target>
      <Popover.Dropdown p={0} aria-label={t("notices.title")}>
        <NoticePanel onClose={() => set(false)} />
      </Popover.Dropdown>
    </Popover>
  );
}
