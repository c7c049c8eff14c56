import { ActionIcon, Button, Fieldset, Group, Stack, Text, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Automation } from "@/api/numberPage";
import { SectionForm } from "@/settings/Section";
import { Loaded } from "./Loaded";
import type { TabProps } from "./tab";
import { saveAutomation, useAutomation } from "./useNumberPage";

const MOST = { prompts: 4, prompt: 80, commands: 30, name: 32, description: 256 };

interface ListProps<T> {
  legend: string;
  hint: string;
  add: string;
  most: number;
  items: T[];
  empty: T;
  onChange: (items: T[]) => void;
  children: (item: T, index: number, change: (item: T) => void) => React.ReactNode;
}

/** Some of a kind, one below the other, each with a button that takes it away. */
function EditableList<T>({ legend, hint, add, most, items, empty, onChange, children }: ListProps<T>) {
  const { t } = useTranslation();
  return (
    <Fieldset legend={legend}>
      <Stack gap="xs">
        <Text size="xs" c="var(--pt-muted)">
          {hint}
        </Text>
        {items.map((item, index) => (
          <Group key={index} gap="xs" wrap="nowrap" align="flex-start">
            {children(item, index, (changed) =>
              onChange(items.map((each, place) => (place === index ? changed : each))),
            )}
            <ActionIcon
              mt={4}
              color="red"
              aria-label={t("number.automation.remove", { place: index + 1, list: legend })}
              onClick={() => onChange(items.filter((_, place) => place !== index))}
            >
              <IconTrash size={18} />
            </ActionIcon>
          </Group>
        ))}
        {items.length < most && (
          <Button
            size="xs"
            variant="default"
            style={{ alignSelf: "flex-start" }}
            leftSection={<IconPlus size={16} />}
            onClick={() => onChange([...items, empty])}
          >
            {add}
          </Button>
        )}
      </Stack>
    </Fieldset>
  );
}

/** The refusal of one place, else of the list as a whole at its first place. */
const problemOf = (problems: Record<string, string>, list: string, index: number, part = "") =>
  problems[`${list}.${index}${part}`] ?? (index === 0 ? problems[list] : undefined);

function AutomationForm({ number, mayManage, automation }: TabProps & { automation: Automation }) {
  const { t } = useTranslation();
  const [form, setForm] = useState(automation);
  return (
    <SectionForm
      title={t("number.automation.title")}
      about={t("number.automation.about")}
      changed={mayManage && JSON.stringify(form) !== JSON.stringify(automation)}
      onSend={() => saveAutomation(number.id, form)}
    >
      {(problems) => (
        <Fieldset variant="unstyled" disabled={!mayManage}>
          <Stack>
            <EditableList
              legend={t("number.automation.prompts")}
              hint={t("number.automation.promptsHint")}
              add={t("number.automation.addPrompt")}
              most={MOST.prompts}
              items={form.prompts}
              empty=""
              onChange={(prompts) => setForm({ ...form, prompts })}
            >
              {(prompt, index, change) => (
                <TextInput
                  flex={1}
                  required
                  aria-label={t("number.automation.prompt", { place: index + 1 })}
                  maxLength={MOST.prompt}
                  value={prompt}
                  error={problemOf(problems, "prompts", index)}
                  onChange={(event) => change(event.currentTarget.value)}
                />
              )}
            </EditableList>
            <EditableList
              legend={t("number.automation.commands")}
              hint={t("number.automation.commandsHint")}
              add={t("number.automation.addCommand")}
              most={MOST.commands}
              items={form.commands}
              empty={{ command_name: "", command_description: "" }}
              onChange={(commands) => setForm({ ...form, commands })}
            >
              {(command, index, change) => (
                <Group gap="xs" flex={1} align="flex-start">
                  <TextInput
                    flex="1 1 120px"
                    required
                    leftSection="/"
                    aria-label={t("number.automation.command", { place: index + 1 })}
                    maxLength={MOST.name}
                    value={command.command_name}
                    error={problemOf(problems, "commands", index, ".command_name")}
                    onChange={(event) => change({ ...command, command_name: event.currentTarget.value })}
                  />
                  <TextInput
                    flex="2 1 160px"
                    required
                    aria-label={t("number.automation.description", { place: index + 1 })}
                    placeholder={t("number.automation.descriptionHint")}
                    maxLength={MOST.description}
                    value={command.command_description}
                    error={problems[`commands.${index}.command_description`]}
                    onChange={(event) =>
                      change({ ...command, command_description: event.currentTarget.value })
                    }
                  />
                </Group>
              )}
            </EditableList>
          </Stack>
        </Fieldset>
      )}
    </SectionForm>
  );
}

/** What a customer may tap in an empty chat, and commands that they may write. */
export function AutomationTab(props: TabProps) {
  const automation = useAutomation(props.number.id);
  return <Loaded query={automation}>{(data) => <AutomationForm {...props} automation={data} />}</Loaded>;
}
