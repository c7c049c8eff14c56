import { SegmentedControl, Stack, Switch, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { list, text } from "@/inbox/thread/body/content";
import { Section } from "@/settings/Section";
import { ButtonFields } from "./ButtonFields";
import { CardFields } from "./CardFields";
import { CodeFields } from "./CodeFields";
import { componentsOf, isCode, KINDS, newCard, type Draft, type HeaderFormat, type Kind } from "./draft";
import { HeaderFields } from "./HeaderFields";
import type { Checks } from "./useCheck";
import { VariableText } from "./VariableText";

const MOST_BUTTONS = 10;

interface Props {
  draft: Draft;
  checks: Checks;
  onChange: (changes: Partial<Draft>) => void;
}

function formatsOf({ kind, category }: Draft): (HeaderFormat | "NONE")[] {
  if (kind === "offer") return ["NONE", "IMAGE", "VIDEO"];
  const all: (HeaderFormat | "NONE")[] = ["NONE", "TEXT", "IMAGE", "VIDEO", "DOCUMENT", "LOCATION"];
  return category === "MARKETING" ? [...all, "GIF", "PRODUCT"] : all;
}

/** Where each part stands in what goes to Meta, by its type. */
function usePlaces(draft: Draft) {
  const components = componentsOf(draft);
  const index = (type: string) => components.findIndex((each) => text(each.type) === type);
  return {
    at: (type: string) => `components[${index(type)}]`,
    carousel: list(components[index("CAROUSEL")]?.cards),
  };
}

function KindSwitch({ draft, onChange }: Omit<Props, "checks">) {
  const { t } = useTranslation();
  // An offer sells something; a carousel goes with all but one-time passwords.
  const kinds = KINDS.filter(
    (kind) => kind !== "offer" || draft.category === "MARKETING" || draft.kind === kind,
  );
  const choose = (kind: Kind) => {
    const first = newCard(undefined);
    const cards = draft.cards.length > 0 ? draft.cards : [first, newCard(first)];
    onChange({ kind, cards: kind === "carousel" ? cards : draft.cards });
  };
  return (
    <SegmentedControl
      aria-label={t("templates.builder.kind")}
      data={kinds.map((value) => ({ value, label: t(`templates.kinds.${value}`) }))}
      value={draft.kind}
      onChange={(value) => choose(value)}
    />
  );
}

function Message({ draft, checks, onChange }: Props) {
  const { t } = useTranslation();
  const { at } = usePlaces(draft);
  return (
    <Stack>
      {draft.kind !== "carousel" && (
        <HeaderFields
          header={draft.header}
          formats={formatsOf(draft)}
          format={draft.format}
          place={at("HEADER")}
          checks={checks}
          onChange={(header) => onChange({ header })}
        />
      )}
      {draft.kind === "offer" && (
        <>
          <TextInput
            label={t("templates.builder.offer")}
            description={t("templates.builder.offerDetail")}
            value={draft.offer.text}
            error={checks.at(`${at("LIMITED_TIME_OFFER")}.limited_time_offer.text`)}
            onChange={(event) => onChange({ offer: { ...draft.offer, text: event.currentTarget.value } })}
          />
          <Switch
            label={t("templates.builder.offerExpires")}
            checked={draft.offer.expires}
            onChange={(event) =>
              onChange({ offer: { ...draft.offer, expires: event.currentTarget.checked } })
            }
          />
        </>
      )}
      <VariableText
        label={t("templates.builder.body")}
        words={draft.body}
        format={draft.format}
        limit={draft.kind === "offer" ? 600 : 1024}
        place={at("BODY")}
        checks={checks}
        onChange={(body) => onChange({ body })}
      />
      {draft.kind === "plain" && (
        <TextInput
          label={t("templates.builder.footer")}
          value={draft.footer}
          error={checks.at(`${at("FOOTER")}.text`)}
          onChange={(event) => onChange({ footer: event.currentTarget.value })}
        />
      )}
    </Stack>
  );
}

/** What the template says: its kind, its parts, its buttons or its cards. */
export function ContentFields({ draft, checks, onChange }: Props) {
  const { t } = useTranslation();
  const { at, carousel } = usePlaces(draft);
  if (isCode(draft)) {
    return (
      <Section title={t("templates.builder.content")}>
        <CodeFields
          code={draft.code}
          footer={at("FOOTER")}
          place={`${at("BUTTONS")}.buttons[0]`}
          checks={checks}
          onChange={(code) => onChange({ code })}
        />
      </Section>
    );
  }
  return (
    <>
      <Section
        title={t("templates.builder.content")}
        action={<KindSwitch draft={draft} onChange={onChange} />}
      >
        <Message draft={draft} checks={checks} onChange={onChange} />
      </Section>
      {draft.kind === "carousel" ? (
        <Section title={t("templates.builder.cards")} about={t("templates.builder.cardsAbout")}>
          <CardFields
            cards={draft.cards}
            carousel={carousel}
            format={draft.format}
            place={at("CAROUSEL")}
            checks={checks}
            onChange={(cards) => onChange({ cards })}
          />
        </Section>
      ) : (
        <Section
          title={t("templates.builder.buttons")}
          about={t(`templates.builder.buttonsAbout.${draft.kind}`)}
        >
          <ButtonFields
            buttons={draft.buttons}
            place={at("BUTTONS")}
            most={MOST_BUTTONS}
            checks={checks}
            onChange={(buttons) => onChange({ buttons })}
          />
        </Section>
      )}
    </>
  );
}
