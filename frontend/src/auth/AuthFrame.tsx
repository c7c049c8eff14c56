import { Box, Group, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { AppearanceSwitch } from "@/layout/AppearanceSwitch";
import { LanguageSwitch } from "@/layout/LanguageSwitch";
import { Logo } from "@/layout/Logo";
import classes from "./AuthFrame.module.css";

interface Props {
  title: string;
  subtitle: string;
  children: React.ReactNode;
}

/** The page around the sign-in and registration forms. */
export function AuthFrame({ title, subtitle, children }: Props) {
  const { t } = useTranslation();
  return (
    <div className={classes.page}>
      <aside className={classes.brand} aria-hidden="true">
        <Group gap="sm">
          <Logo size={40} />
          <span className={classes.name}>PyTake</span>
        </Group>
        <div className={classes.talk}>
          <span className={classes.said}>{t("auth.sampleQuestion")}</span>
          <span className={classes.answered}>{t("auth.sampleAnswer")}</span>
        </div>
        <p className={classes.promise}>{t("auth.promise")}</p>
      </aside>
      <main className={classes.main}>
        <Group justify="flex-end" gap="xs">
          <LanguageSwitch />
          <AppearanceSwitch />
        </Group>
        <Stack className={classes.form} gap="lg">
          <Box hiddenFrom="sm">
            <Logo size={44} />
          </Box>
          <div>
            <Title order={1} size="h2">
              {title}
            </Title>
            <Text c="var(--pt-muted)" mt={4}>
              {subtitle}
            </Text>
          </div>
          {children}
        </Stack>
      </main>
    </div>
  );
}
