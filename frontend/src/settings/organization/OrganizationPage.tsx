import { Alert, Button, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useProblemReport } from "@/api/useProblemText";
import { usePermission } from "@/auth/session";
import { dateAndTime } from "@/i18n/format";
import { SettingsPage } from "@/settings/SettingsPage";
import { DangerZone } from "./DangerZone";
import { ExportSection } from "./ExportSection";
import { LogoSection } from "./LogoSection";
import { ProfileForm } from "./ProfileForm";
import { UsageSection } from "./UsageSection";
import { keepOrganization, useOrganization, useOrganizationSettings } from "./useOrganization";
import { WorkForm } from "./WorkForm";

/** Said above all while the organization waits to be deleted. */
function ToBeDeleted({ at, mayKeep }: { at: string; mayKeep: boolean }) {
  const { t } = useTranslation();
  const report = useProblemReport();
  const keep = useMutation({ mutationFn: keepOrganization, onError: report });
  return (
    <Alert
      color="red"
      icon={<IconAlertTriangle size={20} />}
      title={t("organization.deletesAt", { at: dateAndTime(at) })}
      data-testid="to-be-deleted"
    >
      <Text size="sm">{t("organization.deletesDetail")}</Text>
      {mayKeep && (
        <Button mt="sm" variant="default" loading={keep.isPending} onClick={() => keep.mutate()}>
          {t("organization.keep")}
        </Button>
      )}
    </Alert>
  );
}

export function OrganizationPage() {
  const owns = usePermission("organization.own");
  const organization = useOrganization();
  const settings = useOrganizationSettings();
  const waitedFor = organization.isSuccess ? settings : organization;
  return (
    <SettingsPage section="organization" query={waitedFor}>
      {organization.data?.deletes_at != null && (
        <ToBeDeleted at={organization.data.deletes_at} mayKeep={owns} />
      )}
      {organization.data !== undefined && (
        <>
          <ProfileForm organization={organization.data} />
          <LogoSection organization={organization.data} />
          {settings.data !== undefined && <WorkForm settings={settings.data} />}
          <UsageSection />
          {owns && <ExportSection />}
          {owns && <DangerZone organization={organization.data} />}
        </>
      )}
    </SettingsPage>
  );
}
