import { Alert, Button, Group, Loader, Menu, Table, Text, UnstyledButton } from "@mantine/core";
import { IconDownload, IconShieldCheck, IconShieldX } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import dayjs from "dayjs";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { exportAuditLog, type AuditEntry, type AuditFormat, type AuditQuery } from "@/api/audit";
import { keepFile } from "@/api/download";
import { useProblemReport, useProblemText } from "@/api/useProblemText";
import { dateAndTime, dayOf, startOfDay } from "@/i18n/format";
import { SettingsPage } from "@/settings/SettingsPage";
import classes from "./audit.module.css";
import { AuditFilters, type AuditForm } from "./AuditFilters";
import { EntryDrawer } from "./EntryDrawer";
import { useAuditLog, verifyAll } from "./useAuditLog";
import { useAuditWords } from "./words";

/** Days are whole ones of the calendar here: until a day means until its end. */
function queryOf({ since, until, ...rest }: AuditForm): AuditQuery {
  return {
    ...rest,
    from: since === undefined ? undefined : startOfDay(since),
    to: until === undefined ? undefined : startOfDay(dayjs(until).add(1, "day").format("YYYY-MM-DD")),
  };
}

function ExportMenu({ query }: { query: AuditQuery }) {
  const { t } = useTranslation();
  const report = useProblemReport();
  const send = useMutation({
    mutationFn: async (format: AuditFormat) => {
      const file = await exportAuditLog(query, format);
      if (file !== undefined) keepFile(file, `${t("audit.fileName")}-${dayOf(Date.now())}.${format}`);
    },
    onError: report,
  });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={17} />} loading={send.isPending}>
          {t("audit.export")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => send.mutate("csv")}>{t("audit.csv")}</Menu.Item>
        <Menu.Item onClick={() => send.mutate("jsonl")}>{t("audit.jsonl")}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function ChainCheck() {
  const { t } = useTranslation();
  const report = useProblemReport();
  const check = useMutation({ mutationFn: verifyAll, onError: report });
  const { chain, checked } = check.data ?? {};
  return (
    <>
      <Button
        variant="light"
        leftSection={<IconShieldCheck size={17} />}
        loading={check.isPending}
        onClick={() => check.mutate()}
      >
        {t("audit.verify")}
      </Button>
      {chain?.holds === true && (
        <Alert
          color="teal"
          icon={<IconShieldCheck size={20} />}
          role="status"
          w="100%"
          title={t("audit.holds")}
        >
          {t("audit.checked", { count: checked ?? 0 })}
          {chain.waiting > 0 && ` ${t("audit.waiting", { count: chain.waiting })}`}
        </Alert>
      )}
      {chain?.holds === false && (
        <Alert color="red" icon={<IconShieldX size={20} />} role="alert" w="100%" title={t("audit.broken")}>
          {chain.first_break !== null &&
            t(`audit.breaks.${chain.first_break.kind}`, { number: chain.first_break.number })}
        </Alert>
      )}
    </>
  );
}

function Rows({ entries, onOpen }: { entries: AuditEntry[]; onOpen: (entry: AuditEntry) => void }) {
  const { t } = useTranslation();
  const words = useAuditWords();
  return (
    <Table className={classes.rows} verticalSpacing="xs" highlightOnHover>
      <Table.Thead>
        <Table.Tr>
          <Table.Th visibleFrom="sm">{t("audit.when")}</Table.Th>
          <Table.Th>{t("audit.action")}</Table.Th>
          <Table.Th visibleFrom="sm">{t("audit.who")}</Table.Th>
          <Table.Th visibleFrom="sm">{t("audit.address")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {entries.map((entry) => (
          <Table.Tr key={entry.id} data-testid="audit-entry">
            <Table.Td visibleFrom="sm" className={classes.when}>
              {dateAndTime(entry.at)}
            </Table.Td>
            <Table.Td>
              <UnstyledButton className={classes.action} onClick={() => onOpen(entry)}>
                {words.action(entry.action)}
              </UnstyledButton>
              <Text size="xs" c="var(--pt-muted)" hiddenFrom="sm">
                {words.actor(entry)} · {dateAndTime(entry.at)}
              </Text>
            </Table.Td>
            <Table.Td visibleFrom="sm">
              {words.actor(entry)}
              {entry.impersonator_id !== null && (
                <Text size="xs" c="var(--pt-muted)">
                  {t("audit.bySupport")}
                </Text>
              )}
            </Table.Td>
            <Table.Td visibleFrom="sm">{entry.address}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** What the filters leave; while it is read, the filters stay. */
function List({
  list,
  onOpen,
}: {
  list: ReturnType<typeof useAuditLog>;
  onOpen: (entry: AuditEntry) => void;
}) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  if (list.isPending) return <Loader aria-label={t("common.loading")} />;
  if (list.isError) {
    return (
      <Alert color="red" role="alert">
        {problemText(list.error)}
      </Alert>
    );
  }
  if (list.entries.length === 0) return <Text c="var(--pt-muted)">{t("audit.none")}</Text>;
  return <Rows entries={list.entries} onOpen={onOpen} />;
}

export function AuditPage() {
  const { t } = useTranslation();
  const [form, setForm] = useState<AuditForm>({});
  const [opened, setOpened] = useState<AuditEntry | null>(null);
  const query = queryOf(form);
  const list = useAuditLog(query);
  return (
    <SettingsPage section="audit" action={<ExportMenu query={query} />}>
      <AuditFilters form={form} onChange={setForm} />
      <Group gap="sm">
        <ChainCheck />
      </Group>
      <List list={list} onOpen={setOpened} />
      <EntryDrawer
        entry={opened}
        onClose={() => setOpened(null)}
        onSameTarget={({ target_kind, target_id }) => {
          setOpened(null);
          setForm({ target_kind, target_id });
        }}
      />
      {list.hasNextPage && (
        <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t("audit.more")}
        </Button>
      )}
    </SettingsPage>
  );
}
