import { Textarea, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { OutgoingMessage } from "@/api/types";
import { FormCard, type FindFile } from "@/inbox/thread/body/FormBody";
import { shownOfInteractive } from "@/inbox/thread/body/forms";
import { LIMITS, type Words } from "./interactive";
import classes from "./more.module.css";
import { SendDialog, type DialogProps } from "./SendDialog";

const NO_FILES: FindFile = () => ({ url: null });

interface Props extends DialogProps {
  title: string;
  ready: boolean;
  message: OutgoingMessage;
  find?: FindFile;
  children: (problems: Record<string, string>) => React.ReactNode;
}

/** A form whose message is shown above it as the customer's phone will. */
export function InteractiveDialog({ message, find = NO_FILES, children, ...dialog }: Props) {
  const { t } = useTranslation();
  return (
    <SendDialog {...dialog} message={() => message}>
      {(problems) => (
        <>
          <div className={classes.phone} role="group" aria-label={t("composer.more.template.preview")}>
            <div className={classes.bubble} data-testid="interactive-preview">
              <FormCard shown={shownOfInteractive({ ...message.interactive })} find={find} />
            </div>
          </div>
          {children(problems)}
        </>
      )}
    </SendDialog>
  );
}

/** How much of a field is used; said to whoever listens only where it counts. */
export function useLimitText(): (value: string, most: number, hint?: string) => string {
  const { t } = useTranslation();
  return (value, most, hint) =>
    [hint, t("composer.more.limit", { used: value.length, most })].filter(Boolean).join(" · ");
}

interface WordsProps {
  words: Words;
  onChange: (words: Words) => void;
  problems: Record<string, string>;
  headed?: boolean;
  footed?: boolean;
  bodyRequired?: boolean;
}

/** Title, text and footer, each with how long it may be. */
export function WordFields({
  words,
  onChange,
  problems,
  headed = true,
  footed = true,
  bodyRequired = true,
}: WordsProps) {
  const { t } = useTranslation();
  const limit = useLimitText();
  const field = (name: keyof Words) => ({
    label: t(`composer.more.form.${name}`),
    description: limit(words[name], LIMITS[name]),
    value: words[name],
    maxLength: LIMITS[name],
    onChange: (event: React.ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) =>
      onChange({ ...words, [name]: event.currentTarget.value }),
  });
  return (
    <>
      {headed && (
        <TextInput
          {...field("header")}
          error={problems["interactive.header.text"] ?? problems["interactive.header"]}
        />
      )}
      <Textarea
        {...field("body")}
        error={problems["interactive.body"]}
        autosize
        minRows={2}
        maxRows={8}
        required={bodyRequired}
        data-autofocus
      />
      {footed && <TextInput {...field("footer")} error={problems["interactive.footer"]} />}
    </>
  );
}
