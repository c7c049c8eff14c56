import { ActionIcon, Button, Textarea, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { OutgoingMessage } from "@/api/types";
import classes from "./more.module.css";
import { SendDialog, type DialogProps } from "./SendDialog";

export const LIMITS = { header: 60, body: 1024, footer: 60, buttons: 3, title: 20 };

interface Form {
  header: string;
  body: string;
  footer: string;
  titles: string[];
}

/** The message that the form makes; the ids come back when a button is tapped. */
export function buttonsMessage({ header, body, footer, titles }: Form): OutgoingMessage {
  const buttons = titles
    .map((title) => title.trim())
    .filter((title) => title !== "")
    .map((title, index) => ({ id: `button-${index + 1}`, title }));
  return {
    type: "interactive",
    interactive: {
      kind: "button",
      body: body.trim(),
      buttons,
      ...(header.trim() === "" ? {} : { header: { type: "text" as const, text: header.trim() } }),
      ...(footer.trim() === "" ? {} : { footer: footer.trim() }),
    },
  };
}

/** Up to three buttons below a text. */
export function ButtonsDialog(dialog: DialogProps) {
  const { t } = useTranslation();
  const [form, setForm] = useState<Form>({ header: "", body: "", footer: "", titles: [""] });
  const field = (name: "header" | "body" | "footer") => ({
    value: form[name],
    label: t(`composer.more.form.${name}`),
    maxLength: LIMITS[name],
    onChange: (event: React.ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => {
      const { value } = event.currentTarget;
      setForm((before) => ({ ...before, [name]: value }));
    },
  });
  const setTitles = (titles: string[]) => setForm((before) => ({ ...before, titles }));
  const { titles } = form;
  const ready = form.body.trim() !== "" && titles.some((title) => title.trim() !== "");
  return (
    <SendDialog
      {...dialog}
      title={t("composer.more.kinds.buttons")}
      ready={ready}
      message={() => buttonsMessage(form)}
    >
      {(problems) => (
        <>
          <TextInput {...field("header")} error={problems["interactive.header.text"]} />
          <Textarea
            {...field("body")}
            error={problems["interactive.body"]}
            autosize
            minRows={2}
            maxRows={8}
            required
            data-autofocus
          />
          <TextInput {...field("footer")} error={problems["interactive.footer"]} />
          {titles.map((title, index) => (
            <div key={index} className={classes.item}>
              <TextInput
                label={t("composer.more.buttons.title", { number: index + 1 })}
                value={title}
                maxLength={LIMITS.title}
                required={index === 0}
                error={problems[`interactive.buttons.${index}.title`] ?? problems["interactive.buttons"]}
                onChange={(event) =>
                  setTitles(titles.map((each, at) => (at === index ? event.currentTarget.value : each)))
                }
              />
              {titles.length > 1 && (
                <ActionIcon
                  size="lg"
                  aria-label={t("composer.more.buttons.remove", { number: index + 1 })}
                  onClick={() => setTitles(titles.filter((_, at) => at !== index))}
                >
                  <IconTrash size={17} />
                </ActionIcon>
              )}
            </div>
          ))}
          {titles.length < LIMITS.buttons && (
            <Button
              variant="subtle"
              size="compact-sm"
              leftSection={<IconPlus size={15} />}
              onClick={() => setTitles([...titles, ""])}
              style={{ alignSelf: "flex-start" }}
            >
              {t("composer.more.buttons.add")}
            </Button>
          )}
        </>
      )}
    </SendDialog>
  );
}
