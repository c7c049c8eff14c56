import { ActionIcon, Group, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Dialog } from "@/layout/Dialog";
import { useLightbox } from "./lightbox";
import classes from "./thread.module.css";

export function LightboxDialog() {
  const { t } = useTranslation();
  const { picture, close } = useLightbox();
  return (
    <Dialog opened={picture !== null} onClose={close} size="auto" padding="sm" title={t("thread.image")}>
      {picture !== null && (
        <>
          <img className={classes.lightbox} src={picture.url} alt={picture.caption || t("thread.image")} />
          <Group justify="space-between" mt="xs" wrap="nowrap">
            <Text size="sm">{picture.caption}</Text>
            <ActionIcon
              component="a"
              href={picture.url}
              download={picture.filename || true}
              aria-label={t("thread.download", { name: picture.filename || t("thread.image") })}
            >
              <IconDownload size={18} />
            </ActionIcon>
          </Group>
        </>
      )}
    </Dialog>
  );
}
