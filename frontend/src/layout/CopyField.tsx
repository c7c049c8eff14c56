import { ActionIcon, CopyButton, Textarea, Tooltip, VisuallyHidden } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

interface Props {
  label: string;
  description?: string;
  value: string;
}

/** Something to take along to another page: read-only, in full, with a button that copies it. */
export function CopyField({ label, description, value }: Props) {
  const { t } = useTranslation();
  return (
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
      rightSection={
        <CopyButton value={value}>
          {({ copied, copy }) => (
            <>
              <Tooltip label={copied ? t("settings.copied") : t("settings.copy")}>
                <ActionIcon onClick={copy} aria-label={`${t("settings.copy")}: ${label}`}>
                  {copied ? <IconCheck size={17} /> : <IconCopy size={17} />}
                </ActionIcon>
              </Tooltip>
              <VisuallyHidden aria-live="polite">{copied && t("settings.copied")}</VisuallyHidden>
            </>
          )}
        </CopyButton>
      }
    />
  );
}
