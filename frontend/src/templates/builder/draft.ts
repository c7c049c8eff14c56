/** A template while it is written: as a form has it, and as Meta wants it. Pure. */
import type { Template } from "@/api/templates";
import { fields, list, number, text, type Fields } from "@/inbox/thread/body/content";
import { samplesOf, variablesIn } from "../samples";

export type Format = "POSITIONAL" | "NAMED";
export const HEADER_FORMATS = ["TEXT", "IMAGE", "VIDEO", "DOCUMENT", "GIF", "LOCATION", "PRODUCT"] as const;
export type HeaderFormat = (typeof HEADER_FORMATS)[number];
export const CARD_FORMATS = ["IMAGE", "VIDEO", "PRODUCT"] as const;
export const KINDS = ["plain", "carousel", "offer"] as const;
export type Kind = (typeof KINDS)[number];

export const BUTTON_TYPES = [
  "QUICK_REPLY",
  "URL",
  "PHONE_NUMBER",
  "COPY_CODE",
  "FLOW",
  "VOICE_CALL",
  "CATALOG",
  "MPM",
  "SPM",
  "ORDER_DETAILS",
  "REQUEST_CONTACT_INFO",
] as const;
export type ButtonType = (typeof BUTTON_TYPES)[number];
export const CARD_BUTTON_TYPES: ButtonType[] = ["QUICK_REPLY", "URL", "PHONE_NUMBER", "SPM"];
/** On these WhatsApp writes its own words. */
export const WITHOUT_TEXT: string[] = ["COPY_CODE", "REQUEST_CONTACT_INFO"];
export const FILE_FORMATS = ["IMAGE", "VIDEO", "DOCUMENT", "GIF"] as const;

export interface Words {
  text: string;
  samples: Record<string, string>;
}

export interface Header extends Words {
  format: HeaderFormat | "NONE";
  /** Of a file: ours by `media_id`, or what Meta has of it. */
  example: Fields;
}

/** A button in Meta's own shape; the key only tells one from another while they move. */
export interface Button {
  key: number;
  values: Fields;
}

export interface Card {
  key: number;
  header: Header;
  body: Words;
  buttons: Button[];
}

export interface Draft {
  name: string;
  language: string;
  category: string;
  format: Format;
  ttl: number | null;
  kind: Kind;
  header: Header;
  body: Words;
  footer: string;
  offer: { text: string; expires: boolean };
  buttons: Button[];
  cards: Card[];
  /** Of a one-time password, whose text Meta writes. */
  code: { security: boolean; minutes: number | null; button: Fields };
  libraryName: string;
}

let made = 0;
export const newKey = (): number => (made += 1);

const NO_WORDS: Words = { text: "", samples: {} };
const NO_HEADER: Header = { ...NO_WORDS, format: "NONE", example: {} };
const OTP: Fields = { type: "OTP", otp_type: "COPY_CODE" };

export function newButton(type: string): Button {
  return { key: newKey(), values: WITHOUT_TEXT.includes(type) ? { type } : { type, text: "" } };
}

export function newCard(like: Card | undefined): Card {
  return {
    key: newKey(),
    header: { ...NO_HEADER, format: like?.header.format ?? "IMAGE" },
    body: NO_WORDS,
    buttons: like?.buttons.map(({ values }) => newButton(text(values.type))) ?? [newButton("QUICK_REPLY")],
  };
}

export const emptyDraft = (language: string): Draft => ({
  name: "",
  language,
  category: "UTILITY",
  format: "POSITIONAL",
  ttl: null,
  kind: "plain",
  header: NO_HEADER,
  body: NO_WORDS,
  footer: "",
  offer: { text: "", expires: true },
  buttons: [],
  cards: [],
  code: { security: true, minutes: 10, button: OTP },
  libraryName: "",
});

export const isCode = ({ category }: Draft): boolean => category === "AUTHENTICATION";

// To Meta

function exampleOf(kind: "header" | "body", { text: words, samples }: Words, format: Format): Fields {
  const names = variablesIn(words);
  if (names.length === 0) return {};
  const values = names.map((name) => samples[name] ?? "");
  if (format === "NAMED") {
    const named = names.map((name, at) => ({ param_name: name, example: values[at] }));
    return { example: { [`${kind}_text_named_params`]: named } };
  }
  return { example: { [`${kind}_text`]: kind === "body" ? [values] : values } };
}

function headerOf(header: Header, format: Format): Fields[] {
  if (header.format === "NONE") return [];
  const base = { type: "HEADER", format: header.format };
  if (header.format === "TEXT")
    return [{ ...base, text: header.text, ...exampleOf("header", header, format) }];
  const hasFile =
    FILE_FORMATS.some((each) => each === header.format) && Object.keys(header.example).length > 0;
  return [hasFile ? { ...base, example: header.example } : base];
}

const bodyOf = (body: Words, format: Format): Fields => ({
  type: "BODY",
  text: body.text,
  ...exampleOf("body", body, format),
});

function buttonsOf(buttons: Button[]): Fields[] {
  if (buttons.length === 0) return [];
  return [{ type: "BUTTONS", buttons: buttons.map(({ values }) => values) }];
}

function codeOf({ security, minutes, button }: Draft["code"]): Fields[] {
  const footer = minutes === null ? [] : [{ type: "FOOTER", code_expiration_minutes: minutes }];
  return [
    { type: "BODY", add_security_recommendation: security },
    ...footer,
    { type: "BUTTONS", buttons: [button] },
  ];
}

function carouselOf(cards: Card[], format: Format): Fields {
  return {
    type: "CAROUSEL",
    cards: cards.map(({ header, body, buttons }) => ({
      components: [
        ...headerOf(header, format),
        ...(body.text === "" ? [] : [bodyOf(body, format)]),
        ...buttonsOf(buttons),
      ],
    })),
  };
}

/** The draft's components in Meta's shape; what doesn't go with its kind is left out. */
export function componentsOf(draft: Draft): Fields[] {
  const { format, kind, offer } = draft;
  if (isCode(draft)) return codeOf(draft.code);
  const body = bodyOf(draft.body, format);
  if (kind === "carousel") return [body, carouselOf(draft.cards, format)];
  const limited = {
    type: "LIMITED_TIME_OFFER",
    limited_time_offer: { text: offer.text, has_expiration: offer.expires },
  };
  return [
    ...headerOf(draft.header, format),
    ...(kind === "offer" ? [limited] : []),
    body,
    ...(kind === "offer" || draft.footer === "" ? [] : [{ type: "FOOTER", text: draft.footer }]),
    ...buttonsOf(draft.buttons),
  ];
}

// From Meta

const typeOf = (component: Fields): string => text(component.type).toUpperCase();
const find = (components: Fields[], type: string): Fields | undefined =>
  components.find((each) => typeOf(each) === type);

function readWords(component: Fields | undefined): Words {
  return component === undefined ? NO_WORDS : { text: text(component.text), samples: samplesOf(component) };
}

function readHeader(component: Fields | undefined): Header {
  if (component === undefined) return NO_HEADER;
  const format = text(component.format).toUpperCase() || "TEXT";
  const known = HEADER_FORMATS.find((each) => each === format) ?? "NONE";
  return { ...readWords(component), format: known, example: fields(component.example) };
}

const readButtons = (component: Fields | undefined): Button[] =>
  list(component?.buttons).map((values) => ({ key: newKey(), values }));

function readCard(card: Fields): Card {
  const components = list(card.components);
  return {
    key: newKey(),
    header: readHeader(find(components, "HEADER")),
    body: readWords(find(components, "BODY")),
    buttons: readButtons(find(components, "BUTTONS")),
  };
}

type Written = Pick<Template, "name" | "language" | "category" | "parameter_format" | "components"> &
  Partial<Pick<Template, "ttl_seconds" | "library_name">>;

function readCode(components: Fields[], isOne: boolean): Draft["code"] {
  const { code } = emptyDraft("");
  if (!isOne) return code;
  return {
    security: find(components, "BODY")?.add_security_recommendation === true,
    minutes: number(find(components, "FOOTER")?.code_expiration_minutes),
    button: list(find(components, "BUTTONS")?.buttons)[0] ?? code.button,
  };
}

/** The form of a template that is written already. */
export function draftOf(written: Written): Draft {
  const { components, category } = written;
  const [carousel, offer] = [find(components, "CAROUSEL"), find(components, "LIMITED_TIME_OFFER")];
  const limited = fields(offer?.limited_time_offer);
  const code = category === "AUTHENTICATION";
  return {
    name: written.name,
    language: written.language,
    category,
    format: written.parameter_format === "NAMED" ? "NAMED" : "POSITIONAL",
    ttl: written.ttl_seconds ?? null,
    kind: carousel !== undefined ? "carousel" : offer !== undefined ? "offer" : "plain",
    header: readHeader(find(components, "HEADER")),
    body: readWords(find(components, "BODY")),
    footer: text(find(components, "FOOTER")?.text),
    offer: { text: text(limited.text), expires: limited.has_expiration !== false },
    buttons: code ? [] : readButtons(find(components, "BUTTONS")),
    cards: list(carousel?.cards).map(readCard),
    code: readCode(components, code),
    libraryName: written.library_name ?? "",
  };
}

// Variables

/** The variable that comes next in a text. */
export function nextVariable(words: string, format: Format): string {
  const names = variablesIn(words);
  if (format === "POSITIONAL") return String(Math.max(0, ...names.map(Number).filter(Number.isFinite)) + 1);
  let at = names.length + 1;
  while (names.includes(`value_${at}`)) at += 1;
  return `value_${at}`;
}

function renamed({ text: words, samples }: Words, format: Format): Words {
  const names = variablesIn(words);
  const now = names.map((name, at) => {
    if (format === "POSITIONAL") return String(at + 1);
    return /^\d+$/.test(name) ? `value_${name}` : name;
  });
  return {
    text: words.replace(/\{\{\s*([^{}]*?)\s*\}\}/g, (_, name: string) => `{{${now[names.indexOf(name)]}}}`),
    samples: Object.fromEntries(now.map((name, at) => [name, samples[names[at] ?? ""] ?? ""])),
  };
}

/** The draft with its variables written the other way; their samples go with them. */
export function withFormat(draft: Draft, format: Format): Draft {
  return {
    ...draft,
    format,
    header: { ...draft.header, ...renamed(draft.header, format) },
    body: renamed(draft.body, format),
    cards: draft.cards.map((card) => ({ ...card, body: renamed(card.body, format) })),
  };
}

/** A list with one of its members elsewhere. */
export function moved<T>(items: T[], from: number, to: number): T[] {
  const item = items[from];
  if (item === undefined || to < 0 || to >= items.length) return items;
  const rest = items.filter((_, at) => at !== from);
  return [...rest.slice(0, to), item, ...rest.slice(to)];
}

/** Meta takes no other characters in a name. */
export const asName = (typed: string): string =>
  typed
    .toLowerCase()
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[^a-z0-9_]+/g, "_")
    .slice(0, 512);
