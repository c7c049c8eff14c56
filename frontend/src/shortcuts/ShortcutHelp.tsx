import { Group, Kbd, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Dialog } from "@/layout/Dialog";
import { GROUPS, SHORTCUTS } from "./shortcuts";

const SYMBOLS: Record<string, string> = { ArrowDown: "↓", ArrowUp: "↑", Escape: "Esc" };

interface Props {
  opened: boolean;
  onClose: () => void;
}

export function ShortcutHelp({ opened, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} onClose={onClose} title={t("shortcuts.title")} size="md">
      <Stack gap="lg">
        {GROUPS.map(({ key, names }) => (
          <section key={key}>
            <Title order={3} size="h6" mb={6} c="var(--pt-muted)">
              {t(`shortcuts.groups.${key}`)}
            </Title>
            {names.map((name) => (
              <Group key={name} justify="space-between" py={4} wrap="nowrap">
                <Text size="sm">{t(`shortcuts.names.${name}`)}</Text>
                <Group gap={4} wrap="nowrap">
                  {SHORTCUTS[name].map((shortcut) => (
                    <Kbd key={shortcut}>{SYMBOLS[shortcut] ?? shortcut.toUpperCase()}</Kbd>
                  ))}
                </Group>
              </Group>
            ))}
          </section>
        ))}
        <Text size="sm" c="var(--pt-muted)">
          {t("shortcuts.writing")}
        </Text>
      </Stack>
    </Dialog>
  );
}
