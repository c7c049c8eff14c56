import { Badge, Button, Group, Stack, Text } from "@mantine/core";
import { IconCertificate, IconDownload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { keepFile } from "@/api/download";
import { readPrivacyFile, type PrivacyJob } from "@/api/privacy";
import { useProblemText } from "@/api/useProblemText";
import { dateAndTime, fileSize } from "@/i18n/format";
import { useEverybody } from "./usePrivacy";

const COLORS = { pending: "gray", running: "brand", done: "green", failed: "red", expired: "gray" } as const;

interface Props {
  job: PrivacyJob;
  onCertificate: () => void;
}

export function JobRow({ job, onCertificate }: Props) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const { kind, subject_kind, state, created_at } = job;
  const name = job.subject_name || t(`privacy.nameless.${subject_kind}`);
  const title = t(`privacy.titles.${kind}`, { name });
  const asker = useEverybody().find(({ id }) => id === job.requested_by)?.full_name;
  const download = useMutation({
    mutationFn: () => readPrivacyFile(job.id),
    onSuccess: (file) => keepFile(file, `${subject_kind}-${job.subject_id}.zip`),
  });
  const at = dateAndTime(created_at);
  const about = [
    asker === undefined ? t("privacy.asked", { at }) : t("privacy.askedBy", { name: asker, at }),
    job.size === null ? "" : fileSize(job.size),
    job.has_file && job.expires_at !== null
      ? t("privacy.fileUntil", { at: dateAndTime(job.expires_at) })
      : "",
  ];
  return (
    <Stack gap={4} data-testid="privacy-job" data-kind={kind} data-state={state}>
      <Group justify="space-between" gap="xs">
        <div style={{ flex: "1 1 240px", minWidth: 0 }}>
          <Group gap="xs">
            <Text fw={600} size="sm" style={{ overflowWrap: "anywhere" }}>
              {title}
            </Text>
            <Badge color={COLORS[state]} autoContrast>
              {t(`privacy.states.${state}`)}
            </Badge>
          </Group>
          <Text size="xs" c="var(--pt-muted)">
            {about.filter((each) => each !== "").join(" · ")}
          </Text>
          {job.reason !== "" && (
            <Text size="xs" c="var(--pt-muted)" style={{ overflowWrap: "anywhere" }}>
              {job.reason}
            </Text>
          )}
        </div>
        {job.has_file && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconDownload size={16} />}
            aria-label={`${t("privacy.download")}: ${title}`}
            loading={download.isPending}
            onClick={() => download.mutate()}
          >
            {t("privacy.download")}
          </Button>
        )}
        {job.certificate !== null && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconCertificate size={16} />}
            aria-label={`${t("privacy.showCertificate")}: ${title}, ${at}`}
            onClick={onCertificate}
          >
            {t("privacy.showCertificate")}
          </Button>
        )}
      </Group>
      {state === "failed" && (
        <Text size="sm" c="var(--pt-danger)">
          {t("privacy.failed", { error: job.error })}
        </Text>
      )}
      {download.isError && (
        <Text size="sm" c="var(--pt-danger)" role="alert">
          {problemText(download.error)}
        </Text>
      )}
    </Stack>
  );
}
