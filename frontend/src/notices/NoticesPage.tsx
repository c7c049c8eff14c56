import { Alert, Button, Group, Loader, Select, Stack, Switch, Text, Title } from "@mantine/core";
import { useIntersection } from "@mantine/hooks";
import { IconChecks } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { NoticeQuery } from "@/api/notices";
import { useProblemReport, useProblemText } from "@/api/useProblemText";
import { useNoticePreferences } from "@/settings/notices/useNoticePreferences";
import { BackHome } from "@/layout/BackHome";
import { openAll } from "./noticeCache";
import { NoticeItem } from "./NoticeItem";
import classes from "./notices.module.css";
import { SEVERITIES } from "./severity";
import { walk } from "./walk";
import { useNotices, useOpenNotice, useUnreadNotices } from "./useNotices";

interface FilterProps {
  query: NoticeQuery;
  onChange: (query: NoticeQuery) => void;
}

function Filters({ query, onChange }: FilterProps) {
  const { t } = useTranslation();
  const kinds = useNoticePreferences().data?.kinds ?? [];
  return (
    <Group gap="sm" align="center">
      <Switch
        label={t("notices.onlyUnread")}
        checked={query.status !== undefined}
        onChange={(event) =>
          onChange({ ...query, status: event.currentTarget.checked ? "unread" : undefined })
        }
      />
      <Select
        w={{ base: "100%", xs: 240 }}
        clearable
        placeholder={t("notices.anyKind")}
        aria-label={t("notices.kind")}
        data={kinds.map(({ kind, name }) => ({ value: kind, label: name }))}
        value={query.kind ?? null}
        onChange={(kind) => onChange({ ...query, kind: kind ?? undefined })}
      />
      <Select
        w={{ base: "100%", xs: 190 }}
        clearable
        placeholder={t("notices.anySeverity")}
        aria-label={t("notices.severity")}
        data={SEVERITIES.map((value) => ({ value, label: t(`notices.severities.${value}`) }))}
        value={query.severity ?? null}
        onChange={(severity) => onChange({ ...query, severity: severity ?? undefined })}
      />
    </Group>
  );
}

/** All notices of mine, further back as one scrolls. */
export function NoticesPage() {
  const { t } = useTranslation();
  const report = useProblemReport();
  const problemText = useProblemText();
  const [query, setQuery] = useState<NoticeQuery>({});
  const list = useNotices(query);
  const unread = useUnreadNotices();
  const open = useOpenNotice();
  const { ref, entry } = useIntersection({ rootMargin: "300px" });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const atEnd = entry?.isIntersecting ?? false;
  useEffect(() => {
    if (atEnd && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [atEnd, hasNextPage, isFetchingNextPage, fetchNextPage]);
  return (
    <main className={classes.page}>
      <Stack className={classes.content} gap="md">
        <Group justify="space-between" wrap="nowrap">
          <Group gap="xs" wrap="nowrap">
            <BackHome />
            <Title order={1} size="h3">
              {t("notices.title")}
            </Title>
          </Group>
          <Button
            variant="light"
            leftSection={<IconChecks size={17} />}
            disabled={unread === 0}
            onClick={() => void openAll().catch(report)}
          >
            {t("notices.readAll")}
          </Button>
        </Group>
        <Filters query={query} onChange={setQuery} />
        {list.isPending && <Loader aria-label={t("common.loading")} />}
        {list.isError && (
          <Alert color="red" role="alert">
            {problemText(list.error)}
          </Alert>
        )}
        {list.isSuccess && list.notices.length === 0 && <Text c="var(--pt-muted)">{t("notices.none")}</Text>}
        {list.notices.length > 0 && (
          <ul className={classes.pageList} onKeyDown={walk} aria-label={t("notices.title")}>
            {list.notices.map((notice) => (
              <NoticeItem key={notice.id} notice={notice} onOpen={open} />
            ))}
          </ul>
        )}
        <div ref={ref}>{isFetchingNextPage && <Loader size="sm" aria-label={t("common.loading")} />}</div>
      </Stack>
    </main>
  );
}
