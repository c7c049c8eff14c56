import { ActionIcon, Button, Group, Stack, Text, Tooltip } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { text, type Fields } from "@/inbox/thread/body/content";
import classes from "../templates.module.css";
import { ButtonFields } from "./ButtonFields";
import { CARD_BUTTON_TYPES, CARD_FORMATS, moved, newCard, type Card, type Format } from "./draft";
import { HeaderFields } from "./HeaderFields";
import type { Checks } from "./useCheck";
import { VariableText } from "./VariableText";

const MOST = 10;

interface CardProps {
  card: Card;
  components: Fields[];
  format: Format;
  place: string;
  checks: Checks;
  onChange: (card: Card) => void;
}

/** One card: a picture or a video, words, and one or two buttons. */
function CardForm({ card, components, format, place, checks, onChange }: CardProps) {
  const { t } = useTranslation();
  const at = (type: string) =>
    `${place}.components[${components.findIndex((each) => text(each.type) === type)}]`;
  return (
    <Stack gap="sm">
      <HeaderFields
        header={card.header}
        formats={CARD_FORMATS}
        format={format}
        place={at("HEADER")}
        checks={checks}
        onChange={(header) => onChange({ ...card, header })}
      />
      <VariableText
        label={t("templates.builder.cardText")}
        words={card.body}
        format={format}
        limit={160}
        place={at("BODY")}
        checks={checks}
        onChange={(body) => onChange({ ...card, body })}
      />
      <ButtonFields
        buttons={card.buttons}
        place={at("BUTTONS")}
        most={2}
        types={CARD_BUTTON_TYPES}
        checks={checks}
        onChange={(buttons) => onChange({ ...card, buttons })}
      />
    </Stack>
  );
}

interface Props {
  cards: Card[];
  /** The carousel in Meta's shape, for the places of its parts. */
  carousel: Fields[];
  format: Format;
  place: string;
  checks: Checks;
  onChange: (cards: Card[]) => void;
}

/** The cards of a carousel, in the order in which people leaf through them. */
export function CardFields({ cards, carousel, format, place, checks, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <Stack gap="sm">
      {checks.at(`${place}.cards`) !== undefined && (
        <Text size="sm" c="var(--pt-danger)">
          {checks.at(`${place}.cards`)}
        </Text>
      )}
      {cards.map((card, at) => {
        const name = t("templates.parts.card", { number: at + 1 });
        const components = carousel[at]?.components;
        return (
          <div key={card.key} className={classes.item} role="group" aria-label={name}>
            <Group justify="space-between" wrap="nowrap" mb="xs">
              <Text fw={600} className={classes.cardName}>
                {name}
              </Text>
              <Group gap={2} wrap="nowrap">
                <Tooltip label={t("templates.builder.up")}>
                  <ActionIcon
                    aria-label={`${t("templates.builder.up")}: ${name}`}
                    disabled={at === 0}
                    onClick={() => onChange(moved(cards, at, at - 1))}
                  >
                    <IconArrowUp size={17} />
                  </ActionIcon>
                </Tooltip>
                <Tooltip label={t("templates.builder.down")}>
                  <ActionIcon
                    aria-label={`${t("templates.builder.down")}: ${name}`}
                    disabled={at === cards.length - 1}
                    onClick={() => onChange(moved(cards, at, at + 1))}
                  >
                    <IconArrowDown size={17} />
                  </ActionIcon>
                </Tooltip>
                <Tooltip label={t("settings.remove")}>
                  <ActionIcon
                    color="red"
                    aria-label={`${t("settings.remove")}: ${name}`}
                    onClick={() => onChange(cards.filter(({ key }) => key !== card.key))}
                  >
                    <IconTrash size={17} />
                  </ActionIcon>
                </Tooltip>
              </Group>
            </Group>
            <CardForm
              card={card}
              components={Array.isArray(components) ? (components as Fields[]) : []}
              format={format}
              place={`${place}.cards[${at}]`}
              checks={checks}
              onChange={(changed) => onChange(cards.map((each) => (each.key === card.key ? changed : each)))}
            />
          </div>
        );
      })}
      {cards.length < MOST && (
        <Button
          variant="default"
          leftSection={<IconPlus size={16} />}
          style={{ alignSelf: "flex-start" }}
          onClick={() => onChange([...cards, newCard(cards.at(-1))])}
        >
          {t("templates.builder.addCard")}
        </Button>
      )}
    </Stack>
  );
}
