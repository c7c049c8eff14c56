import { ActionIcon, Button, Group, Textarea, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { OutgoingMessage } from "@/api/types";
import classes from "./more.module.css";
import { SendDialog, type DialogProps } from "./SendDialog";

const LIMITS = { body: 4096, button: 20, rows: 10, title: 24, description: 72 };

interface Row {
  title: string;
  description: string;
}

interface Form {
  body: string;
  button: string;
  rows: Row[];
}

const EMPTY: Row = { title: "", description: "" };

export function listMessage({ body, button, rows }: Form): OutgoingMessage {
  const filled = rows
    .map(({ title, description }) => ({ title: title.trim(), description: description.trim() }))
    .filter(({ title }) => title !== "")
    .map(({ title, description }, index) => ({
      id: `row-${index + 1}`,
      title,
      ...(description === "" ? {} : { description }),
    }));
  return {
    type: "interactive",
    interactive: { kind: "list", body: body.trim(), button: button.trim(), sections: [{ rows: filled }] },
  };
}

/** A button that opens up to ten options, of which the customer chooses one. */
export function ListDialog(dialog: DialogProps) {
  const { t } = useTranslation();
  const [form, setForm] = useState<Form>({ body: "", button: "", rows: [EMPTY] });
  const { rows } = form;
  const setRow = (index: number, change: Partial<Row>) =>
    setForm((before) => ({
      ...before,
      rows: before.rows.map((row, at) => (at === index ? { ...row, ...change } : row)),
    }));
  const ready =
    form.body.trim() !== "" && form.button.trim() !== "" && rows.some(({ title }) => title.trim() !== "");
  return (
    <SendDialog
      {...dialog}
      title={t("composer.more.kinds.list")}
      ready={ready}
      message={() => listMessage(form)}
    >
      {(problems) => (
        <>
          <Textarea
            label={t("composer.more.form.body")}
            value={form.body}
            maxLength={LIMITS.body}
            error={problems["interactive.body"]}
            autosize
            minRows={2}
            maxRows={8}
            required
            data-autofocus
            onChange={(event) => setForm({ ...form, body: event.currentTarget.value })}
          />
          <TextInput
            label={t("composer.more.list.button")}
            value={form.button}
            maxLength={LIMITS.button}
            error={problems["interactive.button"]}
            required
            onChange={(event) => setForm({ ...form, button: event.currentTarget.value })}
          />
          {rows.map((row, index) => (
            <Group
              key={index}
              gap="xs"
              align="flex-end"
              className={classes.item}
              role="group"
              aria-label={t("composer.more.list.row", { number: index + 1 })}
            >
              <TextInput
                flex="1 1 10rem"
                label={t("composer.more.list.row", { number: index + 1 })}
                value={row.title}
                maxLength={LIMITS.title}
                required={index === 0}
                error={problems[`interactive.sections.0.rows.${index}.title`]}
                onChange={(event) => setRow(index, { title: event.currentTarget.value })}
              />
              <TextInput
                flex="1 1 12rem"
                label={t("composer.more.list.description")}
                value={row.description}
                maxLength={LIMITS.description}
                error={problems[`interactive.sections.0.rows.${index}.description`]}
                onChange={(event) => setRow(index, { description: event.currentTarget.value })}
              />
              {rows.length > 1 && (
                <ActionIcon
                  size="lg"
                  aria-label={t("composer.more.list.remove", { number: index + 1 })}
                  onClick={() => setForm({ ...form, rows: rows.filter((_, at) => at !== index) })}
                >
                  <IconTrash size={17} />
                </ActionIcon>
              )}
            </Group>
          ))}
          {rows.length < LIMITS.rows && (
            <Button
              variant="subtle"
              size="compact-sm"
              leftSection={<IconPlus size={15} />}
              onClick={() => setForm({ ...form, rows: [...rows, EMPTY] })}
              style={{ alignSelf: "flex-start" }}
            >
              {t("composer.more.list.add")}
            </Button>
          )}
        </>
      )}
    </SendDialog>
  );
}
