import { Alert, Button, Loader, Stack, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { PrivacyJob } from "@/api/privacy";
import { useProblemText } from "@/api/useProblemText";
import { Section } from "@/settings/Section";
import { PATHS } from "@/settings/sections";
import { SettingsPage } from "@/settings/SettingsPage";
import { CertificateDialog } from "./CertificateDialog";
import { JobDialog } from "./JobDialog";
import { JobRow } from "./JobRow";
import { RetentionForm } from "./RetentionForm";
import { usePrivacyJobs, useRetention } from "./usePrivacy";

function Jobs() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage } = usePrivacyJobs();
  const [certified, setCertified] = useState<PrivacyJob | null>(null);
  const jobs = data?.pages.flatMap(({ results }) => results) ?? [];
  return (
    <Section title={t("privacy.jobs")} about={t("privacy.jobsHint")}>
      {isPending && <Loader aria-label={t("common.loading")} />}
      {error !== null && (
        <Alert color="red" role="alert">
          {problemText(error)}
        </Alert>
      )}
      {data !== undefined && jobs.length === 0 && <Text c="var(--pt-muted)">{t("privacy.noJob")}</Text>}
      {jobs.length > 0 && (
        <Stack gap="lg">
          {jobs.map((job) => (
            <JobRow key={job.id} job={job} onCertificate={() => setCertified(job)} />
          ))}
        </Stack>
      )}
      {hasNextPage && (
        <Button variant="subtle" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t("privacy.more")}
        </Button>
      )}
      <CertificateDialog job={certified} onClose={() => setCertified(null)} />
    </Section>
  );
}

export function PrivacyPage() {
  const { t } = useTranslation();
  const { contact } = useSearch({ strict: false });
  const navigate = useNavigate();
  const retention = useRetention();
  const [asking, setAsking] = useState(contact !== undefined);
  const close = () => {
    setAsking(false);
    if (contact !== undefined) void navigate({ to: PATHS.privacy, search: {}, replace: true });
  };
  return (
    <SettingsPage
      section="privacy"
      query={retention}
      action={
        <Button leftSection={<IconPlus size={17} />} onClick={() => setAsking(true)}>
          {t("privacy.newJob")}
        </Button>
      }
    >
      {retention.data !== undefined && <RetentionForm retention={retention.data} />}
      <Jobs />
      {asking && <JobDialog contactId={contact} onClose={close} />}
    </SettingsPage>
  );
}
