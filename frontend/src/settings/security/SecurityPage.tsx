import { Badge, Button, Group, Text } from "@mantine/core";
import { IconShieldCheck } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ConfirmDialog } from "@/settings/ConfirmDialog";
import { Section } from "@/settings/Section";
import { SettingsPage } from "@/settings/SettingsPage";
import { ProvidersSection } from "./ProvidersSection";
import { demandSecondFactor, useSecurity } from "./useSecurity";

function SecondFactor({ demanded }: { demanded: boolean }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  return (
    <Section title={t("security.secondFactor")} about={t("security.secondFactorHint")}>
      <Group justify="space-between" gap="sm">
        <Badge
          size="lg"
          autoContrast
          color={demanded ? "green" : "gray"}
          leftSection={demanded ? <IconShieldCheck size={15} /> : undefined}
          data-testid="second-factor"
        >
          {demanded ? t("security.demanded") : t("security.voluntary")}
        </Badge>
        <Button variant={demanded ? "default" : "filled"} onClick={() => setAsking(true)}>
          {demanded ? t("security.release") : t("security.demand")}
        </Button>
      </Group>
      <ConfirmDialog
        name={asking ? "" : null}
        title={demanded ? t("security.releaseTitle") : t("security.demandTitle")}
        detail={demanded ? t("security.releaseDetail") : t("security.demandDetail")}
        does={demanded ? t("security.release") : t("security.demand")}
        onClose={() => setAsking(false)}
        onConfirm={() => demandSecondFactor(!demanded)}
      />
      {!demanded && (
        <Text size="xs" c="var(--pt-muted)">
          {t("security.ownFirst")}
        </Text>
      )}
    </Section>
  );
}

export function SecurityPage() {
  const security = useSecurity();
  return (
    <SettingsPage section="security" query={security}>
      {security.data !== undefined && <SecondFactor demanded={security.data.require_second_factor} />}
      <ProvidersSection />
    </SettingsPage>
  );
}
