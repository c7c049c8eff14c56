import { ActionIcon, Anchor, Button, Loader, Text, Tooltip } from "@mantine/core";
import { IconChecks, IconSettings } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Notice } from "@/api/notices";
import { useProblemReport, useProblemText } from "@/api/useProblemText";
import { PATHS } from "@/settings/sections";
import { openAll } from "./noticeCache";
import { NoticeItem } from "./NoticeItem";
import classes from "./notices.module.css";
import { walk } from "./walk";
import { useNotices, useOpenNotice, useUnreadNotices } from "./useNotices";

const NEWEST = 20;

/** The newest notices. */
export function NoticePanel({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const report = useProblemReport();
  const problemText = useProblemText();
  const list = useNotices({});
  const unread = useUnreadNotices();
  const open = useOpenNotice();
  const openAndClose = (notice: Notice) => {
    onClose();
    open(notice);
  };
  return (
    <div className={classes.panel} onKeyDown={walk} data-testid="notice-panel">
      <div className={classes.head}>
        <Text fw={650}>{t("notices.title")}</Text>
        <span className={classes.headActions}>
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<IconChecks size={16} />}
            disabled={unread === 0}
            onClick={() => void openAll().catch(report)}
          >
            {t("notices.readAll")}
          </Button>
          <Tooltip label={t("notices.preferences")}>
            <ActionIcon
              aria-label={t("notices.preferences")}
              renderRoot={(props) => <Link to={PATHS.notices} {...props} onClick={onClose} />}
            >
              <IconSettings size={17} />
            </ActionIcon>
          </Tooltip>
        </span>
      </div>
      {list.isPending && (
        <div className={classes.empty}>
          <Loader size="sm" aria-label={t("common.loading")} />
        </div>
      )}
      {list.isError && (
        <div className={classes.empty} role="alert">
          {problemText(list.error)}
        </div>
      )}
      {list.isSuccess && list.notices.length === 0 && (
        <div className={classes.empty}>{t("notices.none")}</div>
      )}
      <ul className={classes.list} aria-label={t("notices.title")} tabIndex={-1} data-autofocus>
        {list.notices.slice(0, NEWEST).map((notice) => (
          <NoticeItem key={notice.id} notice={notice} onOpen={openAndClose} />
        ))}
      </ul>
      <div className={classes.foot}>
        <Anchor
          size="sm"
          fw={600}
          renderRoot={(props) => <Link to="/notices" {...props} onClick={onClose} />}
        >
          {t("notices.seeAll")}
        </Anchor>
      </div>
    </div>
  );
}
