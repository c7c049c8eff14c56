import { Button, Group, Stack, Switch, Text } from "@mantine/core";
import { IconPencil, IconPlayerPlay, IconSend } from "@tabler/icons-react";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Template } from "@/api/templates";
import { usePermission } from "@/auth/session";
import { dateAndTime } from "@/i18n/format";
import { Section } from "@/settings/Section";
import { PageFrame } from "./PageFrame";
import { PhonePreview } from "./PhonePreview";
import { shownWithSamples } from "./samples";
import { Stats } from "./Stats";
import { StatusBadges, StatusReasons } from "./StatusBadges";
import { TemplateMenu } from "./TemplateMenu";
import classes from "./templates.module.css";
import { useNumberOf, useTemplate, useTemplateChanges } from "./useTemplates";
import { Versions } from "./Versions";
import { isEditable, languageName, statusOf } from "./words";

const MOMENTS = ["created_at", "submitted_at", "approved_at", "rejected_at", "synced_at"] as const;

/** How it stands with Meta, since when, and why. */
function StatusStory({ template }: { template: Template }) {
  const { t } = useTranslation();
  const known = statusOf(template);
  return (
    <Section title={t("templates.story.title")}>
      <StatusBadges template={template} />
      {known !== null && <Text size="sm">{t(`templates.statusDetail.${known}`)}</Text>}
      <StatusReasons template={template} />
      <dl className={classes.story}>
        {MOMENTS.map((moment) => {
          const at = template[moment];
          if (at === null) return null;
          return [
            <dt key={`${moment}-name`}>{t(`templates.story.${moment}`)}</dt>,
            <dd key={moment}>{dateAndTime(at)}</dd>,
          ];
        })}
        {template.meta_id !== "" && (
          <>
            <dt>{t("templates.story.metaId")}</dt>
            <dd>{template.meta_id}</dd>
          </>
        )}
      </dl>
    </Section>
  );
}

function Actions({ template, numberId }: { template: Template; numberId: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { enable, submit, unpause } = useTemplateChanges(template, numberId);
  return (
    <Group gap="sm">
      <Switch
        label={t("templates.enabled")}
        checked={enable.isPending ? enable.variables : template.is_enabled}
        onChange={(event) => enable.mutate(event.currentTarget.checked)}
      />
      {template.status === "DRAFT" && (
        <Button
          leftSection={<IconSend size={16} />}
          loading={submit.isPending}
          onClick={() => submit.mutate()}
        >
          {t("templates.submit")}
        </Button>
      )}
      {template.status === "PAUSED" && (
        <Button
          leftSection={<IconPlayerPlay size={16} />}
          loading={unpause.isPending}
          onClick={() => unpause.mutate()}
        >
          {t("templates.unpause")}
        </Button>
      )}
      {isEditable(template) && (
        <Button
          variant="default"
          leftSection={<IconPencil size={16} />}
          renderRoot={(props) => (
            <Link to="/templates/$templateId/edit" params={{ templateId: template.id }} {...props} />
          )}
        >
          {t("templates.edit")}
        </Button>
      )}
      <TemplateMenu
        template={template}
        numberId={numberId}
        onDeleted={() => navigate({ to: "/templates" })}
      />
    </Group>
  );
}

/** One template: how the customer sees it, how it stands with Meta, how its messages fared, what it said before. */
export function TemplatePage() {
  const { t, i18n } = useTranslation();
  const { templateId } = useParams({ from: "/app/templates/$templateId" });
  const mayManage = usePermission("templates.manage");
  const query = useTemplate(templateId);
  const template = query.data;
  const number = useNumberOf(template);
  return (
    <PageFrame
      title={template?.name ?? t("templates.title")}
      subtitle={template === undefined ? undefined : languageName(template.language, i18n.language)}
      back="/templates"
      query={query}
      action={
        template !== undefined &&
        number !== undefined &&
        mayManage && <Actions template={template} numberId={number.id} />
      }
    >
      {template !== undefined && (
        <div className={classes.sides}>
          <Stack miw={0}>
            <StatusStory template={template} />
            <Stats templateId={template.id} />
            {number !== undefined && <Versions template={template} numberId={number.id} />}
          </Stack>
          <div className={classes.beside}>
            <PhonePreview shown={shownWithSamples(template.components, template.language)} />
          </div>
        </div>
      )}
    </PageFrame>
  );
}
