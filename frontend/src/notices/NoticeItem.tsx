import { ActionIcon, Text, Tooltip, UnstyledButton } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Notice } from "@/api/notices";
import { useProblemReport } from "@/api/useProblemText";
import { dateAndTime, shortTime } from "@/i18n/format";
import { removeNotice } from "./noticeCache";
import classes from "./notices.module.css";

interface Props {
  notice: Notice;
  onOpen: (notice: Notice) => void;
}

export function NoticeItem({ notice, onOpen }: Props) {
  const { t } = useTranslation();
  const report = useProblemReport();
  const { title, body, severity, created_at, read_at } = notice;
  const remove = (item: HTMLElement | null) => {
    // Whoever deletes by keyboard goes on at the next one.
    const next = item?.nextElementSibling ?? item?.previousElementSibling;
    const place = next?.querySelector<HTMLElement>("[data-notice]");
    removeNotice(notice).then(() => place?.focus(), report);
  };
  return (
    <li
      className={classes.item}
      data-unread={read_at === null || undefined}
      data-severity={severity}
      data-testid="notice"
    >
      <UnstyledButton className={classes.open} data-notice onClick={() => onOpen(notice)}>
        <span className={classes.dot} aria-hidden="true" />
        <span className={classes.words}>
          <span className={classes.title}>
            {severity !== "info" && (
              <b className={classes.severity}>{t(`notices.severities.${severity}`)}: </b>
            )}
            {title}
          </span>
          <Text component="span" size="sm" c="var(--pt-muted)" className={classes.body}>
            {body}
          </Text>
          <Text
            component="time"
            dateTime={created_at}
            title={dateAndTime(created_at)}
            size="xs"
            c="var(--pt-muted)"
          >
            {shortTime(created_at)}
            {read_at === null && ` · ${t("notices.unread")}`}
          </Text>
        </span>
      </UnstyledButton>
      <Tooltip label={t("settings.remove")}>
        <ActionIcon
          size="md"
          className={classes.remove}
          aria-label={`${t("settings.remove")}: ${title}`}
          onClick={(event) => remove(event.currentTarget.closest("li"))}
        >
          <IconX size={15} />
        </ActionIcon>
      </Tooltip>
    </li>
  );
}
