import { ActionIcon, Alert, Group, Loader, Stack, Text, Title } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useProblemText } from "@/api/useProblemText";
import { useSession } from "@/auth/session";
import { permissionOf, type SectionKey } from "./sections";
import classes from "./settings.module.css";

interface Props {
  section: SectionKey;
  /** What can be done with the page as a whole, beside its title: usually one button. */
  action?: React.ReactNode;
  /** The query that the page stands on: while it loads, and where it fails, that is said in place of the page. */
  query?: { isPending: boolean; isError: boolean; error: unknown };
  children: React.ReactNode;
}

/** One page of the settings: its title, what it is for, and its content. */
export function SettingsPage({ section, action, query, children }: Props) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const needed = permissionOf(section);
  const refused = useSession(({ me }) => needed !== undefined && me?.permissions.includes(needed) !== true);
  const forbidden = refused ? t("common.problem.kinds.forbidden") : null;
  const failure = query?.isError === true ? problemText(query.error) : forbidden;
  return (
    <Stack className={classes.content} gap="lg" data-testid={`settings-${section}`}>
      <Group justify="space-between" align="flex-start" gap="sm">
        <Group gap="xs" wrap="nowrap" align="flex-start" flex="1 1 240px">
          <ActionIcon
            hiddenFrom="sm"
            renderRoot={(props) => <Link to="/settings" {...props} />}
            aria-label={t("settings.back")}
          >
            <IconArrowLeft size={20} />
          </ActionIcon>
          <div>
            <Title order={1} size="h3">
              {t(`settings.sections.${section}`)}
            </Title>
            <Text size="sm" c="var(--pt-muted)">
              {t(`settings.about.${section}`)}
            </Text>
          </div>
        </Group>
        {failure === null && action}
      </Group>
      {failure === null && query?.isPending === true && <Loader aria-label={t("common.loading")} />}
      {failure !== null && (
        <Alert color="red" role="alert">
          {failure}
        </Alert>
      )}
      {failure === null && query?.isPending !== true && children}
    </Stack>
  );
}
