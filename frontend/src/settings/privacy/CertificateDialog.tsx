import { Button, Code, Group, Stack, Table, Text, Title } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { keepFile } from "@/api/download";
import type { Certificate, PrivacyJob } from "@/api/privacy";
import { dateAndTime } from "@/i18n/format";
import { Dialog } from "@/layout/Dialog";
import classes from "./privacy.module.css";

/** What a store is called and what stays there, in the language of the page where we know the store. */
function useStoreTexts() {
  const { t, i18n } = useTranslation();
  const known = (key: string, other: string) => (i18n.exists(key) ? String(t(key as never)) : other);
  return {
    nameOf: (name: string) => known(`privacy.stores.${name}.name`, name),
    noteOf: (name: string, note: string) => (note === "" ? "" : known(`privacy.stores.${name}.note`, note)),
  };
}

type Store = Certificate["stores"][number];

/** The names of tables alone, which are the same in every language. */
function tablesOf(where: string): string {
  return where.match(/[a-z]+_[a-z_]+/g)?.join(", ") ?? where;
}

function Stores({ stores }: { stores: Certificate["stores"] }) {
  const { t, i18n } = useTranslation();
  const { nameOf, noteOf } = useStoreTexts();
  const number = new Intl.NumberFormat(i18n.language);
  const numbers = [
    [t("privacy.found"), ({ found }: Store) => found],
    [t("privacy.removed"), ({ removed }: Store) => removed],
    [t("privacy.left"), ({ left }: Store) => left],
  ] as const;
  return (
    <Table verticalSpacing="xs" className={classes.stores} data-testid="certificate-stores">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("privacy.where")}</Table.Th>
          {numbers.map(([label]) => (
            <Table.Th key={label}>{label}</Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {stores.map((store) => (
          <Table.Tr key={store.name}>
            <Table.Td>
              <Text size="sm" fw={550}>
                {nameOf(store.name)}
              </Text>
              {store.note !== "" && (
                <Text size="xs" c="var(--pt-muted)">
                  {noteOf(store.name, store.note)}
                </Text>
              )}
              <Text size="xs" c="var(--pt-muted)" ff="monospace" className={classes.tables}>
                {tablesOf(store.where)}
              </Text>
            </Table.Td>
            {numbers.map(([label, count]) => (
              <Table.Td key={label} data-label={label}>
                {number.format(count(store))}
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Contents({ job, certificate }: { job: PrivacyJob; certificate: Certificate }) {
  const { t } = useTranslation();
  const { nameOf, noteOf } = useStoreTexts();
  const { subject, whole_person, requested_at, finished_at, stores, nothing_erased_in, sha256 } = certificate;
  const facts = [
    [t("privacy.whose"), t(`privacy.subjects.${job.subject_kind}`)],
    [t("privacy.identifier"), subject.id],
    [t("privacy.requestedAt"), dateAndTime(requested_at)],
    [t("privacy.finishedAt"), dateAndTime(finished_at)],
  ] as const;
  return (
    <Stack data-testid="certificate">
      <dl className={classes.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {!whole_person && <Text size="sm">{t("privacy.onlyPlace")}</Text>}
      <Stores stores={stores} />
      <div>
        <Title order={3} size="h6" mb={4}>
          {t("privacy.elsewhere")}
        </Title>
        {nothing_erased_in.map(({ name, note }) => (
          <Text key={name} size="sm" mb={4}>
            <b>{nameOf(name)}</b>: {noteOf(name, note)}
          </Text>
        ))}
      </div>
      <div>
        <Text size="xs" c="var(--pt-muted)">
          {t("privacy.hash")}
        </Text>
        <Code block className={classes.tables}>
          {sha256}
        </Code>
      </div>
      <Group justify="flex-end">
        <Button
          variant="default"
          leftSection={<IconDownload size={16} />}
          onClick={() =>
            keepFile(
              new Blob([JSON.stringify(certificate, null, 2)], { type: "application/json" }),
              `${t("privacy.certificateFile")}-${job.id}.json`,
            )
          }
        >
          {t("privacy.download")}
        </Button>
      </Group>
    </Stack>
  );
}

/** What was erased where, what stays and why, to be read by people. */
export function CertificateDialog({ job, onClose }: { job: PrivacyJob | null; onClose: () => void }) {
  const { t } = useTranslation();
  const certificate = job?.certificate as Certificate | null | undefined;
  return (
    <Dialog opened={job !== null} onClose={onClose} title={t("privacy.certificate")} size="xl">
      {job !== null && certificate != null && <Contents job={job} certificate={certificate} />}
    </Dialog>
  );
}
