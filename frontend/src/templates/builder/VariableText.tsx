import { ActionIcon, Button, Group, Stack, Text, Textarea, TextInput, Tooltip } from "@mantine/core";
import { IconBold, IconItalic, IconStrikethrough, IconVariable } from "@tabler/icons-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { variablesIn } from "../samples";
import { nextVariable, type Format, type Words } from "./draft";
import type { Checks } from "./useCheck";

const MARKS = [
  { name: "bold", sign: "*", Icon: IconBold },
  { name: "italic", sign: "_", Icon: IconItalic },
  { name: "strike", sign: "~", Icon: IconStrikethrough },
] as const;

interface Props {
  label: string;
  description?: string;
  words: Words;
  format: Format;
  limit: number;
  /** A header is one line without formatting, and with one variable at most. */
  oneLine?: boolean;
  /** The component's place: `components[0]`. */
  place: string;
  checks: Checks;
  onChange: (words: Words) => void;
}

/** A text whose variables are added with a button, and a sample for each of them. */
export function VariableText(props: Props) {
  const { label, description, words, format, limit, oneLine = false, place, checks, onChange } = props;
  const { t } = useTranslation();
  const field = useRef<HTMLTextAreaElement>(null);
  const names = variablesIn(words.text);

  const around = (before: string, after: string) => {
    const area = field.current;
    const [start, end] = [area?.selectionStart ?? words.text.length, area?.selectionEnd ?? words.text.length];
    const chosen = words.text.slice(start, end);
    const text = words.text.slice(0, start) + before + chosen + after + words.text.slice(end);
    onChange({ ...words, text });
    const cursor = start + before.length + chosen.length + (chosen === "" && after !== "" ? 0 : after.length);
    setTimeout(() => {
      area?.focus();
      area?.setSelectionRange(cursor, cursor);
    });
  };

  const addVariable = () => {
    const start = field.current?.selectionStart ?? words.text.length;
    const sticks = /[\p{L}\p{N}}]$/u.test(words.text.slice(0, start));
    around(`${sticks ? " " : ""}{{${nextVariable(words.text, format)}}}`, "");
  };

  return (
    <Stack gap="xs">
      <Textarea
        ref={field}
        label={label}
        description={description}
        autosize
        minRows={oneLine ? 1 : 4}
        maxRows={14}
        value={words.text}
        error={checks.at(`${place}.text`)}
        onChange={(event) => {
          const typed = event.currentTarget.value;
          onChange({ ...words, text: oneLine ? typed.replaceAll("\n", " ") : typed });
        }}
      />
      <Group gap={4} justify="space-between">
        <Group gap={4}>
          {!oneLine &&
            MARKS.map(({ name, sign, Icon }) => (
              <Tooltip key={name} label={t(`templates.builder.${name}`)}>
                <ActionIcon aria-label={t(`templates.builder.${name}`)} onClick={() => around(sign, sign)}>
                  <Icon size={17} />
                </ActionIcon>
              </Tooltip>
            ))}
          {(!oneLine || names.length === 0) && (
            <Button
              size="compact-sm"
              variant="subtle"
              leftSection={<IconVariable size={16} />}
              onClick={addVariable}
            >
              {t("templates.builder.addVariable")}
            </Button>
          )}
        </Group>
        <Text size="xs" c={words.text.length > limit ? "var(--pt-danger)" : "var(--pt-muted)"}>
          {words.text.length}/{limit}
        </Text>
      </Group>
      {names.map((name) => (
        <TextInput
          key={name}
          size="sm"
          label={t("templates.builder.sampleOf", { variable: `{{${name}}}` })}
          value={words.samples[name] ?? ""}
          error={(words.samples[name] ?? "").trim() === "" ? checks.at(`${place}.example`) : undefined}
          onChange={(event) => {
            const sample = event.currentTarget.value;
            onChange({ ...words, samples: { ...words.samples, [name]: sample } });
          }}
        />
      ))}
    </Stack>
  );
}
