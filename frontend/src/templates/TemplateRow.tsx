import { Group, Paper, Switch, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Template } from "@/api/templates";
import { shortTime } from "@/i18n/format";
import { FormattedText } from "@/inbox/thread/body/FormattedText";
import { shownWithSamples } from "./samples";
import { StatusBadges, StatusReasons } from "./StatusBadges";
import { TemplateMenu } from "./TemplateMenu";
import classes from "./templates.module.css";
import { useNumberOf, useTemplateChanges } from "./useTemplates";
import { languageName } from "./words";

interface ActionProps {
  template: Template;
  numberId: string;
}

function Actions({ template, numberId }: ActionProps) {
  const { t } = useTranslation();
  const { enable } = useTemplateChanges(template, numberId);
  const shown = enable.isPending ? enable.variables : template.is_enabled;
  return (
    <Group gap={6} wrap="nowrap">
      <Switch
        aria-label={t("templates.enabledOf", { name: template.name })}
        title={t("templates.enabled")}
        checked={shown}
        onChange={(event) => enable.mutate(event.currentTarget.checked)}
      />
      <TemplateMenu template={template} numberId={numberId} />
    </Group>
  );
}

export function TemplateRow({ template, mayManage }: { template: Template; mayManage: boolean }) {
  const { t, i18n } = useTranslation();
  const number = useNumberOf(template);
  const { body } = shownWithSamples(template.components, template.language);
  return (
    <Paper component="li" withBorder p="md" radius="lg" className={classes.row} data-testid="template">
      <div style={{ minWidth: 0 }}>
        <Link to="/templates/$templateId" params={{ templateId: template.id }} className={classes.rowName}>
          {template.name}
        </Link>
        <Text size="xs" c="var(--pt-muted)" mb={6}>
          {languageName(template.language, i18n.language)}
          {number !== undefined && ` · ${number.verified_name || number.display_phone_number}`}
          {` · ${t("templates.changedAt", { when: shortTime(template.updated_at) })}`}
        </Text>
        <StatusBadges template={template} />
        <StatusReasons template={template} />
        {body !== "" && (
          <Text component="div" size="sm" mt={6} className={classes.words}>
            <FormattedText text={body} found="" />
          </Text>
        )}
      </div>
      {mayManage && number !== undefined && <Actions template={template} numberId={number.id} />}
    </Paper>
  );
}
