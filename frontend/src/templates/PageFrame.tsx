import { ActionIcon, Alert, Group, Loader, Stack, Text, Title } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useProblemText } from "@/api/useProblemText";
import classes from "./templates.module.css";

interface Props {
  title: string;
  subtitle?: string | undefined;
  /** The list's own way back leads to the inbox, and only phones need it. */
  back: "/templates" | "/inbox";
  action?: React.ReactNode;
  query?: { isPending: boolean; isError: boolean; error: unknown };
  children: React.ReactNode;
}

/** A page about templates: the way back, its title, and what is loading or failed in place of its content. */
export function PageFrame({ title, subtitle, back, action, query, children }: Props) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const failed = query?.isError === true;
  return (
    <main className={classes.page}>
      <Stack className={classes.content} gap="lg">
        <Group justify="space-between" align="flex-start" gap="sm">
          <Group gap="xs" wrap="nowrap" align="flex-start" flex="1 1 260px" miw={0}>
            <ActionIcon
              hiddenFrom={back === "/inbox" ? "sm" : undefined}
              renderRoot={(props) => <Link to={back} {...props} />}
              aria-label={t(back === "/inbox" ? "thread.backToList" : "templates.back")}
            >
              <IconArrowLeft size={20} />
            </ActionIcon>
            <div style={{ minWidth: 0 }}>
              <Title order={1} size="h3" style={{ overflowWrap: "anywhere" }}>
                {title}
              </Title>
              {subtitle !== undefined && (
                <Text size="sm" c="var(--pt-muted)">
                  {subtitle}
                </Text>
              )}
            </div>
          </Group>
          {!failed && action}
        </Group>
        {query?.isPending === true && <Loader aria-label={t("common.loading")} />}
        {failed && (
          <Alert color="red" role="alert">
            {problemText(query.error)}
          </Alert>
        )}
        {query?.isPending !== true && !failed && children}
      </Stack>
    </main>
  );
}
