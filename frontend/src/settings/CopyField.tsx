import { Button, CopyButton, Group, Textarea } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

interface Props {
  label: string;
  value: string;
  description?: string;
}

/** Something to take along: read-only, in full, with a button that copies it. */
export function CopyField({ label, value, description }: Props) {
  const { t } = useTranslation();
  return (
    <div>
      <Textarea
        readOnly
        autosize
        minRows={1}
        maxRows={8}
        label={label}
        description={description}
        value={value}
        styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", wordBreak: "break-all" } }}
        onFocus={(event) => event.currentTarget.select()}
      />
      <Group justify="flex-end" mt={6}>
        <CopyButton value={value}>
          {({ copied, copy }) => (
            <Button
              size="xs"
              variant="light"
              color={copied ? "teal" : undefined}
              leftSection={copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
              onClick={copy}
            >
              <span aria-live="polite">{copied ? t("settings.copied") : t("settings.copy")}</span>
            </Button>
          )}
        </CopyButton>
      </Group>
    </div>
  );
}
