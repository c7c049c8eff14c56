import {
  ActionIcon,
  Button as PushButton,
  Group,
  Menu,
  Stack,
  Text,
  TextInput,
  Tooltip,
} from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { text, type Fields } from "@/inbox/thread/body/content";
import { sampleOf } from "../samples";
import classes from "../templates.module.css";
import { BUTTON_TYPES, moved, newButton, WITHOUT_TEXT, type Button, type ButtonType } from "./draft";
import type { Checks } from "./useCheck";

interface ValueProps {
  button: Button;
  place: string;
  checks: Checks;
  onChange: (values: Fields) => void;
}

/** What a button of its kind holds beside its words. */
function Values({ button: { values }, place, checks, onChange }: ValueProps) {
  const { t } = useTranslation();
  const field = (name: "text" | "url" | "phone_number" | "flow_id" | "navigate_screen") => ({
    label: t(`templates.buttonFields.${name}`),
    value: text(values[name]),
    error: checks.at(`${place}.${name}`),
    onChange: (event: React.ChangeEvent<HTMLInputElement>) =>
      onChange({ ...values, [name]: event.currentTarget.value }),
  });
  const sample = (label: string, whole: boolean) => (
    <TextInput
      label={label}
      value={sampleOf(values.example)}
      error={checks.at(`${place}.example`)}
      onChange={(event) => {
        const given = event.currentTarget.value;
        onChange({ ...values, example: whole ? [given] : given });
      }}
    />
  );
  const type = text(values.type);
  return (
    <>
      {!WITHOUT_TEXT.includes(type) && <TextInput {...field("text")} maxLength={60} />}
      {type === "URL" && (
        <>
          <TextInput
            {...field("url")}
            description={t("templates.builder.urlDetail", { variable: "{{1}}" })}
          />
          {text(values.url).includes("{{") && sample(t("templates.builder.urlSample"), true)}
        </>
      )}
      {type === "PHONE_NUMBER" && <TextInput {...field("phone_number")} />}
      {type === "COPY_CODE" && sample(t("templates.builder.codeSample"), false)}
      {type === "FLOW" && (
        <>
          <TextInput {...field("flow_id")} />
          <TextInput {...field("navigate_screen")} />
        </>
      )}
    </>
  );
}

interface Props {
  buttons: Button[];
  /** The component's place: `components[2]`; buttons stand in `.buttons[0]`. */
  place: string;
  most: number;
  types?: readonly ButtonType[];
  checks: Checks;
  onChange: (buttons: Button[]) => void;
}

/** The buttons in the order in which the phone shows them. */
export function ButtonFields({ buttons, place, most, types = BUTTON_TYPES, checks, onChange }: Props) {
  const { t } = useTranslation();
  const change = (key: number, values: Fields) =>
    onChange(buttons.map((each) => (each.key === key ? { key, values } : each)));
  const nameOf = ({ values }: Button) => {
    const known = BUTTON_TYPES.find((each) => each === values.type);
    return known === undefined ? text(values.type) : t(`templates.buttons.${known}`);
  };
  return (
    <Stack gap="sm" role="group" aria-label={t("templates.builder.buttons")}>
      {buttons.map((button, at) => {
        const what = t("templates.parts.button", { number: at + 1 });
        return (
          <Stack key={button.key} gap="xs" className={classes.item} role="group" aria-label={what}>
            <Group justify="space-between" wrap="nowrap">
              <Text size="sm" fw={600}>
                {nameOf(button)}
              </Text>
              <Group gap={2} wrap="nowrap">
                <Tooltip label={t("templates.builder.up")}>
                  <ActionIcon
                    aria-label={`${t("templates.builder.up")}: ${what}`}
                    disabled={at === 0}
                    onClick={() => onChange(moved(buttons, at, at - 1))}
                  >
                    <IconArrowUp size={17} />
                  </ActionIcon>
                </Tooltip>
                <Tooltip label={t("templates.builder.down")}>
                  <ActionIcon
                    aria-label={`${t("templates.builder.down")}: ${what}`}
                    disabled={at === buttons.length - 1}
                    onClick={() => onChange(moved(buttons, at, at + 1))}
                  >
                    <IconArrowDown size={17} />
                  </ActionIcon>
                </Tooltip>
                <Tooltip label={t("settings.remove")}>
                  <ActionIcon
                    color="red"
                    aria-label={`${t("settings.remove")}: ${what}`}
                    onClick={() => onChange(buttons.filter(({ key }) => key !== button.key))}
                  >
                    <IconTrash size={17} />
                  </ActionIcon>
                </Tooltip>
              </Group>
            </Group>
            <Values
              button={button}
              place={`${place}.buttons[${at}]`}
              checks={checks}
              onChange={(values) => change(button.key, values)}
            />
          </Stack>
        );
      })}
      {checks.at(`${place}.buttons`) !== undefined && (
        <Text size="sm" c="var(--pt-danger)">
          {checks.at(`${place}.buttons`)}
        </Text>
      )}
      {buttons.length < most && (
        <Menu position="bottom-start">
          <Menu.Target>
            <PushButton
              variant="default"
              leftSection={<IconPlus size={16} />}
              style={{ alignSelf: "flex-start" }}
            >
              {t("templates.builder.addButton")}
            </PushButton>
          </Menu.Target>
          <Menu.Dropdown>
            {types.map((type) => (
              <Menu.Item key={type} onClick={() => onChange([...buttons, newButton(type)])}>
                {t(`templates.buttons.${type}`)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </Stack>
  );
}
