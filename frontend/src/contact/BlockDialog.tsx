import { Button, Group, Stack, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "@/layout/Dialog";

interface Props {
  opened: boolean;
  name: string;
  onCancel: () => void;
  onBlock: (reason: string) => void;
}

function BlockForm({ name, onCancel, onBlock }: Omit<Props, "opened">) {
  const { t } = useTranslation();
  const [reason, setReason] = useState("");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onBlock(reason.trim());
        onCancel();
      }}
    >
      <Stack gap="md">
        <Text size="sm">{t("contact.blockDetail", { name })}</Text>
        <Textarea
          label={t("contact.blockReason")}
          autosize
          minRows={2}
          maxLength={255}
          data-autofocus
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            {t("common.cancel")}
          </Button>
          <Button type="submit" color="red">
            {t("contact.block")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

export function BlockDialog({ opened, name, onCancel, onBlock }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} onClose={onCancel} title={t("contact.blockTitle", { name })}>
      <BlockForm name={name} onCancel={onCancel} onBlock={onBlock} />
    </Dialog>
  );
}
