import { Alert, Button, Group, Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFieldProblems, useProblemText } from "@/api/useProblemText";
import { Dialog } from "@/layout/Dialog";

interface Props {
  opened: boolean;
  onClose: () => void;
  title: string;
  /** What the button says, e.g. "Invite"; "Save" where it is left out. */
  does?: string;
  danger?: boolean;
  /** Whether there is anything to send; true where it is left out. */
  ready?: boolean;
  size?: string;
  /** What is refused before anything is sent, by the fields' names; said as soon as somebody tries. */
  lacking?: Record<string, string>;
  /** Sends the form; the dialog closes after it, and shows what was refused. */
  onSend: () => Promise<unknown>;
  /** The fields; they get the refusals by the API's names of fields. */
  children: (problems: Record<string, string>) => React.ReactNode;
}

/** What was refused may stand far from the button: there the eyes go, and the keyboard where there is an input. */
function showFirstProblem(form: HTMLFormElement | null): void {
  const found =
    form?.querySelector("[aria-invalid='true'], [data-problem]") ?? form?.querySelector("[role='alert']");
  if (!(found instanceof HTMLElement)) return;
  found.scrollIntoView({ block: "center" });
  if (found.matches("input, textarea")) found.focus();
}

function Form({
  onClose,
  does,
  danger = false,
  ready = true,
  lacking = {},
  onSend,
  children,
}: Omit<Props, "opened" | "title" | "size">) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const fieldProblems = useFieldProblems();
  const send = useMutation({ mutationFn: onSend, onSuccess: onClose });
  const [tries, setTries] = useState(0);
  const form = useRef<HTMLFormElement>(null);
  const complete = Object.keys(lacking).length === 0;
  const problems = { ...fieldProblems(send.error), ...(tries > 0 && lacking) };
  useEffect(() => showFirstProblem(form.current), [send.error, tries]);
  return (
    <form
      ref={form}
      onSubmit={(event) => {
        event.preventDefault();
        event.stopPropagation();
        if (!complete) setTries(tries + 1);
        else if (ready) send.mutate();
      }}
    >
      <Stack>
        {send.isError && (
          <Alert color="red" role="alert">
            {problemText(send.error)}
          </Alert>
        )}
        {children(problems)}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("common.cancel")}
          </Button>
          <Button
            type="submit"
            color={danger ? "red.9" : undefined}
            loading={send.isPending}
            disabled={!ready}
          >
            {does ?? t("settings.save")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** A form in a dialog: Enter sends it, Escape leaves it, refusals stand at their fields. */
export function FormDialog({ opened, onClose, title, size, ...form }: Props) {
  return (
    <Dialog opened={opened} onClose={onClose} title={title} size={size}>
      <Form onClose={onClose} {...form} />
    </Dialog>
  );
}
