import { Alert, Button, CopyButton, Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconCopy, IconDownload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "./signIn.module.css";

interface Props {
  codes: readonly string[];
  onDone: () => void;
}

/** Shown this once: whoever has lost every device gets in by one of them. */
export function RecoveryCodes({ codes, onDone }: Props) {
  const { t } = useTranslation();
  const text = codes.join("\n");
  return (
    <Stack data-testid="recovery-codes">
      <Alert color="yellow" icon={<IconAlertTriangle size={18} />}>
        {t("signIn.codes.once")}
      </Alert>
      <SimpleGrid cols={2} spacing={6} className={classes.codes} component="ul">
        {codes.map((code) => (
          <li key={code}>
            <Text span ff="monospace" fz="sm">
              {code}
            </Text>
          </li>
        ))}
      </SimpleGrid>
      <Group justify="space-between">
        <Group gap="xs">
          <CopyButton value={text}>
            {({ copied, copy }) => (
              <Button
                variant="default"
                leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
                onClick={copy}
              >
                {t(copied ? "settings.copied" : "settings.copy")}
              </Button>
            )}
          </CopyButton>
          <Button
            variant="default"
            component="a"
            href={`data:text/plain;charset=utf-8,${encodeURIComponent(`PyTake\n\n${text}\n`)}`}
            download={t("signIn.codes.file")}
            leftSection={<IconDownload size={16} />}
          >
            {t("signIn.codes.download")}
          </Button>
        </Group>
        <Button data-autofocus onClick={onDone}>
          {t("signIn.codes.kept")}
        </Button>
      </Group>
    </Stack>
  );
}
