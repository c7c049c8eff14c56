import { Alert, Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { useFieldProblems, useProblemText } from "@/api/useProblemText";

interface Props {
  title: string;
  about?: string;
  danger?: boolean;
  /** What can be done with the section as a whole, beside its title. */
  action?: React.ReactNode;
  children: React.ReactNode;
}

/** One part of a page that has several: its title and its content in a frame. */
export function Section({ title, about, danger = false, action, children }: Props) {
  const id = useId();
  return (
    <Paper
      component="section"
      aria-labelledby={id}
      withBorder
      radius="lg"
      p="lg"
      style={danger ? { borderColor: "var(--pt-danger)" } : undefined}
    >
      <Stack>
        <Group justify="space-between" align="flex-start" gap="xs">
          <div style={{ flex: "1 1 220px", minWidth: 0 }}>
            <Title order={2} size="h5" id={id} c={danger ? "var(--pt-danger)" : undefined}>
              {title}
            </Title>
            {about !== undefined && (
              <Text size="sm" c="var(--pt-muted)">
                {about}
              </Text>
            )}
          </div>
          {action}
        </Group>
        {children}
      </Stack>
    </Paper>
  );
}

interface FormProps {
  title: string;
  about?: string;
  /** Whether something differs from what is kept; the button rests until then. */
  changed: boolean;
  onSend: () => Promise<unknown>;
  /** The fields; they get the refusals by the API's names of fields. */
  children: (problems: Record<string, string>) => React.ReactNode;
}

/** A section that is a form: Enter saves it, refusals stand at their fields. */
export function SectionForm({ title, about, changed, onSend, children }: FormProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const fieldProblems = useFieldProblems();
  const send = useMutation({
    mutationFn: onSend,
    onSuccess: () => notifications.show({ message: t("settings.saved") }),
  });
  return (
    <Section title={title} about={about}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (changed) send.mutate();
        }}
      >
        <Stack>
          {send.isError && (
            <Alert color="red" role="alert">
              {problemText(send.error)}
            </Alert>
          )}
          {children(fieldProblems(send.error))}
          <Group justify="flex-end">
            <Button type="submit" loading={send.isPending} disabled={!changed}>
              {t("settings.save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}
