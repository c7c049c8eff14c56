import { Button } from "@mantine/core";
import { IconLock, IconTemplate } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Conversation } from "@/api/types";
import { dateAndTime } from "@/i18n/format";
import composerClasses from "../composer.module.css";
import classes from "./more.module.css";
import { TemplateDialog } from "./TemplateDialog";

/** Stands in the composer's place when the 24 hours are over: only a template reaches the customer now. */
export function ClosedWindow({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const [choosing, setChoosing] = useState(false);
  const closed = conversation.window_expires_at;
  return (
    <div className={composerClasses.closed} role="note" data-testid="composer-closed">
      <IconLock size={20} aria-hidden="true" />
      <div>
        <strong>{t("thread.closedFor.window.title")}</strong>
        <div>{t("thread.closedFor.window.detail")}</div>
        {closed !== null && <div>{t("thread.closedSince", { at: dateAndTime(closed) })}</div>}
        <div className={classes.closedRow}>
          <Button
            size="compact-md"
            leftSection={<IconTemplate size={17} />}
            onClick={() => setChoosing(true)}
            data-testid="choose-template"
          >
            {t("composer.more.template.title")}
          </Button>
        </div>
      </div>
      {choosing && <TemplateDialog conversation={conversation} opened onClose={() => setChoosing(false)} />}
    </div>
  );
}
