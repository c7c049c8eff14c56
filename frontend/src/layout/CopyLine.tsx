import { ActionIcon, CopyButton, TextInput, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

interface Props {
  label: string;
  description?: string;
  value: string;
}

/** A short value to be taken along to another page. */
export function CopyLine({ label, description, value }: Props) {
  const { t } = useTranslation();
  return (
    <TextInput
      label={label}
      description={description}
      value={value}
      readOnly
      onFocus={(event) => event.currentTarget.select()}
      rightSection={
        <CopyButton value={value}>
          {({ copied, copy }) => (
            <Tooltip label={copied ? t("settings.copied") : t("settings.copy")}>
              <ActionIcon onClick={copy} aria-label={`${t("settings.copy")}: ${label}`}>
                {copied ? <IconCheck size={17} /> : <IconCopy size={17} />}
              </ActionIcon>
            </Tooltip>
          )}
        </CopyButton>
      }
    />
  );
}
