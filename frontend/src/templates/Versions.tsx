import { Alert, Loader, Stack, Text, VisuallyHidden } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { keys } from "@/api/keys";
import { readVersions, type Template, type TemplateVersion } from "@/api/templates";
import { useProblemText } from "@/api/useProblemText";
import { dateAndTime } from "@/i18n/format";
import { useColleagues } from "@/inbox/useColleagues";
import { Section } from "@/settings/Section";
import { useTemplateWords } from "./StatusBadges";
import classes from "./templates.module.css";
import { difference, saidBy } from "./versions";

function useAuthor(): (version: TemplateVersion) => string {
  const { t } = useTranslation();
  const colleagues = useColleagues();
  return ({ by_meta, created_by }) => {
    if (by_meta) return t("templates.versions.byMeta");
    return colleagues.find(({ id }) => id === created_by)?.full_name ?? t("templates.versions.bySomebody");
  };
}

function VersionItem({ version, before }: { version: TemplateVersion; before: TemplateVersion | undefined }) {
  const { t } = useTranslation();
  const words = useTemplateWords();
  const author = useAuthor();
  const now = saidBy(version.components);
  const lines = difference(before === undefined ? now : saidBy(before.components), now);
  return (
    <li>
      <Text size="sm" fw={600}>
        {t("templates.versions.number", { version: version.version })}
      </Text>
      <Text size="xs" c="var(--pt-muted)" mb={4}>
        {dateAndTime(version.created_at)} · {author(version)}
        {before !== undefined &&
          before.category !== version.category &&
          ` · ${words.category(before.category)} → ${words.category(version.category)}`}
      </Text>
      <ul className={classes.diff}>
        {lines.map(({ change, words: line }, at) => (
          <li key={at} data-change={change}>
            {change !== "same" && <VisuallyHidden>{t(`templates.versions.${change}`)} </VisuallyHidden>}
            {change !== "same" && <span aria-hidden="true">{change === "added" ? "+ " : "− "}</span>}
            {line}
          </li>
        ))}
      </ul>
    </li>
  );
}

/** What the template said, each time that it was written, and what each version changed. */
export function Versions({ template, numberId }: { template: Template; numberId: string }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const { data, error, isPending } = useQuery({
    queryKey: keys.templateVersions(template.id),
    queryFn: ({ signal }) => readVersions({ numberId, templateId: template.id }, signal),
  });
  const versions = data?.results ?? [];
  return (
    <Section title={t("templates.versions.title")} about={t("templates.versions.about")}>
      {isPending && <Loader size="sm" aria-label={t("common.loading")} />}
      {error !== null && (
        <Alert color="red" role="alert">
          {problemText(error)}
        </Alert>
      )}
      <Stack component="ol" gap="md" p={0} m={0} style={{ listStyle: "none" }}>
        {versions.map((version, at) => (
          <VersionItem key={version.version} version={version} before={versions[at + 1]} />
        ))}
      </Stack>
    </Section>
  );
}
