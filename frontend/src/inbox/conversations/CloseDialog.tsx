import { Button, Chip, Group, Stack, Switch, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "@/layout/Dialog";

const REASONS = ["solved", "noAnswer", "wrongNumber", "spam"] as const;

interface Props {
  opened: boolean;
  onCancel: () => void;
  onClose: (reason: string, resolved: boolean) => void;
}

function CloseForm({ onCancel, onClose }: Omit<Props, "opened">) {
  const { t } = useTranslation();
  const [reason, setReason] = useState("");
  const [resolved, setResolved] = useState(true);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onClose(reason.trim(), resolved);
        onCancel();
      }}
    >
      <Stack gap="md">
        <Group gap={6} role="group" aria-label={t("inbox.closing.suggestions")}>
          {REASONS.map((name) => {
            const words = t(`inbox.closing.reasons.${name}`);
            return (
              <Chip
                key={name}
                size="xs"
                checked={reason === words}
                onChange={(checked) => {
                  setReason(checked ? words : "");
                  if (checked) setResolved(name === "solved");
                }}
              >
                {words}
              </Chip>
            );
          })}
        </Group>
        <Textarea
          label={t("inbox.closing.reason")}
          autosize
          minRows={2}
          maxRows={5}
          maxLength={500}
          data-autofocus
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey))
              event.currentTarget.form?.requestSubmit();
          }}
        />
        <Switch
          label={t("inbox.closing.resolved")}
          checked={resolved}
          onChange={(event) => setResolved(event.currentTarget.checked)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            {t("common.cancel")}
          </Button>
          <Button type="submit" color="teal">
            {t("thread.close")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Asks why a conversation is closed; every answer is optional. */
export function CloseDialog({ opened, onCancel, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} onClose={onCancel} title={t("inbox.closing.title")}>
      <CloseForm onCancel={onCancel} onClose={onClose} />
    </Dialog>
  );
}
