import { Alert, Button, Group, Progress, Stack, Text } from "@mantine/core";
import { IconEyeExclamation } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { revealSecret, type Secret } from "@/api/secrets";
import { useProblemText } from "@/api/useProblemText";
import { Dialog } from "@/layout/Dialog";
import { CopyField } from "@/layout/CopyField";

const SHOWN_FOR = 30;

interface Props {
  secret: Secret;
  onClose: () => void;
}

/** The value for half a minute; it lives in this dialog alone, and goes with it. */
function Revealed({ value, onClose }: { value: string; onClose: () => void }) {
  const { t } = useTranslation();
  const [left, setLeft] = useState(SHOWN_FOR);
  useEffect(() => {
    const timer = setInterval(() => setLeft((before) => before - 1), 1_000);
    return () => clearInterval(timer);
  }, []);
  useEffect(() => {
    if (left <= 0) onClose();
  }, [left, onClose]);
  return (
    <Stack>
      <CopyField label={t("secrets.value")} value={value} />
      <div>
        <Text size="sm" c="var(--pt-muted)" mb={4}>
          {t("secrets.shownFor", { count: left })}
        </Text>
        <Progress value={(left / SHOWN_FOR) * 100} size="xs" aria-label={t("secrets.timeLeft")} />
      </div>
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t("secrets.hide")}
        </Button>
      </Group>
    </Stack>
  );
}

export function RevealDialog({ secret, onClose }: Props) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const reveal = useMutation({ mutationFn: () => revealSecret(secret.id), gcTime: 0 });
  return (
    <Dialog
      opened
      onClose={onClose}
      title={t("secrets.revealTitle", { name: secret.display_name || secret.name })}
    >
      {reveal.data !== undefined ? (
        <Revealed value={reveal.data} onClose={onClose} />
      ) : (
        <Stack>
          {reveal.isError && (
            <Alert color="red" role="alert">
              {problemText(reveal.error)}
            </Alert>
          )}
          <Alert color="yellow" icon={<IconEyeExclamation size={20} />}>
            {t("secrets.revealDetail")}
          </Alert>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("common.cancel")}
            </Button>
            <Button data-autofocus loading={reveal.isPending} onClick={() => reveal.mutate()}>
              {t("secrets.revealDo")}
            </Button>
          </Group>
        </Stack>
      )}
    </Dialog>
  );
}
