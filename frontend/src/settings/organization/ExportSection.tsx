import { Alert, Badge, Button, Group, Loader, Stack, Text } from "@mantine/core";
import { IconDownload, IconFileZip } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { keepFile } from "@/api/download";
import { readExportFile, type OrganizationExport } from "@/api/organization";
import { useProblemText } from "@/api/useProblemText";
import { useMe } from "@/auth/session";
import { dateAndTime, dayOf, fileSize } from "@/i18n/format";
import { Section } from "@/settings/Section";
import { startExport, useExports } from "./useOrganization";

const COLORS = { pending: "gray", running: "brand", ready: "green", failed: "red", expired: "gray" } as const;

function ExportRow({ made }: { made: OrganizationExport }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const { organization } = useMe();
  const at = dateAndTime(made.created_at);
  const download = useMutation({
    mutationFn: () => readExportFile(made.id),
    onSuccess: (file) => keepFile(file, `${organization.slug}-${dayOf(made.created_at)}.zip`),
  });
  return (
    <div data-testid="organization-export" data-state={made.state}>
      <Group justify="space-between" gap="xs">
        <div>
          <Group gap="xs">
            <Text size="sm" fw={550}>
              {at}
            </Text>
            <Badge color={COLORS[made.state]} autoContrast>
              {t(`organization.exportStates.${made.state}`)}
            </Badge>
          </Group>
          <Text size="xs" c="var(--pt-muted)">
            {made.reason === "deletion" && `${t("organization.exportOfDeletion")} · `}
            {made.size !== null && fileSize(made.size)}
            {made.state === "ready" &&
              made.expires_at !== null &&
              ` · ${t("organization.exportUntil", { at: dateAndTime(made.expires_at) })}`}
          </Text>
        </div>
        {made.state === "ready" && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconDownload size={16} />}
            aria-label={t("organization.downloadOf", { at })}
            loading={download.isPending}
            onClick={() => download.mutate()}
          >
            {t("organization.download")}
          </Button>
        )}
      </Group>
      {download.isError && (
        <Text size="sm" c="var(--pt-danger)" role="alert">
          {problemText(download.error)}
        </Text>
      )}
    </div>
  );
}

/** All that is kept of the organization, to take along. */
export function ExportSection() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const exports = useExports();
  const start = useMutation({ mutationFn: startExport });
  const refused = start.error ?? exports.error;
  const waiting = exports.data?.some(({ state }) => state === "pending" || state === "running") === true;
  return (
    <Section
      title={t("organization.export")}
      about={t("organization.exportHint")}
      action={
        <Button
          variant="default"
          leftSection={<IconFileZip size={17} />}
          loading={start.isPending}
          disabled={waiting}
          onClick={() => start.mutate()}
        >
          {t("organization.startExport")}
        </Button>
      }
    >
      {refused !== null && (
        <Alert color="red" role="alert">
          {problemText(refused)}
        </Alert>
      )}
      {exports.isPending && <Loader aria-label={t("common.loading")} />}
      {exports.data !== undefined && exports.data.length > 0 && (
        <Stack gap="sm">
          {exports.data.map((made) => (
            <ExportRow key={made.id} made={made} />
          ))}
        </Stack>
      )}
    </Section>
  );
}
