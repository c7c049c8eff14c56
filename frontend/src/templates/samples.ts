/** A template with its samples filled in: what Meta's reviewers see, and what the preview shows. Pure. */
import type { Template } from "@/api/templates";
import { preview } from "@/inbox/composer/more/templateSend";
import { fields, list, text, type Fields } from "@/inbox/thread/body/content";
import type { Shown } from "@/inbox/thread/body/forms";

export type Components = Template["components"];
type Samples = Record<string, string>;

const VARIABLE = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** The variables of a text, each once: numbers by their value, names as they come. */
export function variablesIn(words: string): string[] {
  const names = [...new Set([...words.matchAll(VARIABLE)].map((match) => match[1] ?? ""))];
  const numbered = names.every((name) => /^\d+$/.test(name));
  return numbered ? names.sort((one, other) => Number(one) - Number(other)) : names;
}

export function filledWith(words: string, samples: Samples): string {
  return words.replace(VARIABLE, (whole, name: string) => samples[name]?.trim() || whole);
}

const strings = (value: unknown): string[] => (Array.isArray(value) ? value.map(text) : []);

/** The samples of a header's or a body's text, by the variables that they stand for. */
export function samplesOf(component: Fields): Samples {
  const kind = text(component.type).toLowerCase();
  const example = fields(component.example);
  const named = list(example[`${kind}_text_named_params`]);
  if (named.length > 0)
    return Object.fromEntries(named.map((each) => [text(each.param_name), text(each.example)]));
  const given: unknown = example[`${kind}_text`];
  const row = strings(Array.isArray(given) && Array.isArray(given[0]) ? given[0] : given);
  return Object.fromEntries(variablesIn(text(component.text)).map((name, at) => [name, row[at] ?? ""]));
}

/** The sample of a button stands alone or in a list. */
export const sampleOf = (value: unknown): string => text(Array.isArray(value) ? value[0] : value);

function filledComponent(component: Fields): Fields {
  const filled = { ...component };
  if (text(component.text) !== "") filled.text = filledWith(text(component.text), samplesOf(component));
  if (Array.isArray(component.buttons)) {
    filled.buttons = list(component.buttons).map((button) =>
      text(button.url).includes("{{") && sampleOf(button.example) !== ""
        ? { ...button, url: sampleOf(button.example) }
        : button,
    );
  }
  if (Array.isArray(component.cards)) {
    filled.cards = list(component.cards).map((card) => ({
      ...card,
      components: list(card.components).map(filledComponent),
    }));
  }
  return filled;
}

/** What Meta writes itself into one-time passwords, in the two languages that it is shown in here. */
const OF_CODES = {
  pt: {
    body: "Seu código de verificação é *123456*.",
    security: " Para sua segurança, não o compartilhe.",
    ends: "Este código expira em {minutes} minutos.",
  },
  en: {
    body: "*123456* is your verification code.",
    security: " For your security, do not share this code.",
    ends: "This code expires in {minutes} minutes.",
  },
};

function withMetasWords(component: Fields, language: string): Fields {
  const words = language.startsWith("pt") ? OF_CODES.pt : OF_CODES.en;
  const { add_security_recommendation: warns, code_expiration_minutes: minutes } = component;
  if (warns !== undefined) return { ...component, text: words.body + (warns === true ? words.security : "") };
  if (minutes === undefined) return component;
  return { ...component, text: words.ends.replace("{minutes}", text(minutes)) };
}

function mediaOf(components: Fields[]): string | null {
  const header = components.find((each) => text(each.type).toUpperCase() === "HEADER");
  return text(fields(header?.example).media_id) || null;
}

/** The phone's view, with our own files in the places of headers. */
export function shownWithSamples(components: Components, language: string): Shown {
  const filled = components.map((each) =>
    text(each.text) === "" ? withMetasWords(filledComponent(each), language) : filledComponent(each),
  );
  const shown = preview({ components: filled, parameters: [] } as unknown as Template, {});
  const carousel = filled.find((each) => text(each.type).toUpperCase() === "CAROUSEL");
  const cards = list(carousel?.cards).map((card) => mediaOf(list(card.components)));
  return {
    ...withFile(shown, mediaOf(filled)),
    cards: shown.cards.map((card, at) => withFile(card, cards[at] ?? null)),
  };
}

const withFile = (shown: Shown, mediaId: string | null): Shown =>
  shown.file === null ? shown : { ...shown, file: { ...shown.file, mediaId } };
