import { Button, Code, Drawer, Stack, Table, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { AuditEntry } from "@/api/audit";
import { dateAndTime } from "@/i18n/format";
import classes from "./audit.module.css";
import { useAuditWords } from "./words";

function shown(value: unknown): string {
  if (value === undefined || value === null || value === "") return "–";
  if (Array.isArray(value)) return value.map(shown).join(", ");
  if (typeof value === "string") return value;
  return JSON.stringify(value, null, typeof value === "object" ? 1 : undefined);
}

/** Field by field, what was and what is. */
function Changes({ entry }: { entry: AuditEntry }) {
  const { t } = useTranslation();
  const { before, after } = entry;
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  if (names.length === 0) return <Text c="var(--pt-muted)">{t("audit.noChanges")}</Text>;
  return (
    <Table className={classes.changes} layout="fixed" withTableBorder verticalSpacing={6}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("audit.field")}</Table.Th>
          <Table.Th>{t("audit.before")}</Table.Th>
          <Table.Th>{t("audit.after")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {names.map((name) => {
          const [was, is] = [shown(before[name]), shown(after[name])];
          return (
            <Table.Tr key={name} data-differs={was !== is || undefined}>
              <Table.Th scope="row">{name}</Table.Th>
              <Table.Td className={classes.was}>{was}</Table.Td>
              <Table.Td className={classes.is}>{is}</Table.Td>
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </Table>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

interface Props {
  entry: AuditEntry | null;
  onClose: () => void;
  /** Shows whatever happened to the same thing. */
  onSameTarget: (entry: AuditEntry) => void;
}

function Details({ entry, onSameTarget }: { entry: AuditEntry; onSameTarget: (entry: AuditEntry) => void }) {
  const { t } = useTranslation();
  const words = useAuditWords();
  return (
    <Stack gap="md">
      <dl className={classes.facts}>
        <Fact name={t("audit.when")}>{dateAndTime(entry.at)}</Fact>
        <Fact name={t("audit.who")}>
          {words.actor(entry)}
          {entry.impersonator_id !== null && ` (${t("audit.bySupport")})`}
        </Fact>
        {entry.address !== "" && <Fact name={t("audit.address")}>{entry.address}</Fact>}
        {entry.user_agent !== "" && <Fact name={t("audit.browser")}>{entry.user_agent}</Fact>}
        <Fact name={t("audit.target")}>
          {words.target(entry.target_kind)} {entry.target_id !== "" && <Code>{entry.target_id}</Code>}
        </Fact>
        <Fact name={t("audit.code")}>
          <Code>{entry.action}</Code>
        </Fact>
        <Fact name={t("audit.request")}>
          {entry.request_id === "" ? "–" : <Code data-testid="audit-request">{entry.request_id}</Code>}
        </Fact>
        <Fact name={t("audit.place")}>
          {entry.number === null ? t("audit.noPlace") : t("audit.number", { number: entry.number })}
          {entry.hash !== "" && <Code block>{entry.hash}</Code>}
        </Fact>
      </dl>
      <Title order={3} size="h6">
        {t("audit.changes")}
      </Title>
      {entry.erased.length > 0 && <Text size="sm">{t("audit.erasedDetail")}</Text>}
      <Changes entry={entry} />
      {entry.target_id !== "" && (
        <Button variant="light" onClick={() => onSameTarget(entry)}>
          {t("audit.sameTarget")}
        </Button>
      )}
    </Stack>
  );
}

export function EntryDrawer({ entry, onClose, onSameTarget }: Props) {
  const { t } = useTranslation();
  const words = useAuditWords();
  return (
    <Drawer
      opened={entry !== null}
      onClose={onClose}
      position="right"
      size="lg"
      title={entry === null ? "" : words.action(entry.action)}
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      {entry !== null && <Details entry={entry} onSameTarget={onSameTarget} />}
    </Drawer>
  );
}
