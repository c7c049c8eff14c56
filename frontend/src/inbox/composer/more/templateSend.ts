import type { Template, TemplateParameter } from "@/api/templates";
import type { components } from "@/api/schema";
import { fields, list, text, type Fields } from "@/inbox/thread/body/content";
import { NOTHING, shownOfTemplate, type Shown } from "@/inbox/thread/body/forms";

export type TemplatePart = components["schemas"]["TemplatePartRequest"];
type Component = components["schemas"]["ComponentRequest"];
type Value = components["schemas"]["TemplateValueRequest"];

/** A value as the form has it: words, a file's id, a place, a moment. */
export interface FieldValue {
  text: string;
  file: { id: string; name: string } | null;
  latitude: string;
  longitude: string;
}

export const EMPTY: FieldValue = { text: "", file: null, latitude: "", longitude: "" };

/** What a person can fill in here; other values need a program. */
const FILLABLE = ["text", "image", "video", "document", "location", "coupon_code", "limited_time_offer"];
const FILES = ["image", "video", "document"] as const;

export type FileKind = (typeof FILES)[number];

export const fileKind = (parameter: TemplateParameter): FileKind | null =>
  FILES.find((kind) => kind === parameter.type) ?? null;

export const keyOf = ({ component, card, index, type, name }: TemplateParameter): string =>
  [component, card ?? "", index ?? "", type, name].join("|");

/** The values that a send has to give. */
export const asked = (template: Template): TemplateParameter[] =>
  template.parameters.filter(({ required }) => required);

export const isForPeople = (template: Template): boolean =>
  asked(template).every(({ type }) => FILLABLE.includes(type));

export function isFilled(parameter: TemplateParameter, value: FieldValue): boolean {
  if (fileKind(parameter) !== null) return value.file !== null;
  if (parameter.type === "location") {
    const [latitude, longitude] = [Number(value.latitude), Number(value.longitude)];
    const given = value.latitude.trim() !== "" && value.longitude.trim() !== "";
    return given && Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
  }
  return value.text.trim() !== "";
}

function valueOf(parameter: TemplateParameter, value: FieldValue, named: boolean): Value {
  const { type } = parameter;
  const name = named && parameter.name !== "" ? { parameter_name: parameter.name } : {};
  switch (type) {
    case "image":
    case "video":
      return { type, [type]: { media_id: value.file?.id } };
    case "document":
      return { type, document: { media_id: value.file?.id, filename: value.file?.name } };
    case "location": {
      const place = { latitude: Number(value.latitude), longitude: Number(value.longitude) };
      return { type, location: value.text.trim() === "" ? place : { ...place, name: value.text.trim() } };
    }
    case "coupon_code":
      return { type, coupon_code: value.text.trim() };
    case "limited_time_offer":
      return { type, limited_time_offer: { expiration_time_ms: new Date(value.text).getTime() } };
    default:
      return { type: "text", text: value.text.trim(), ...name };
  }
}

/** One component for each place, with its values in order. */
function grouped(
  parameters: TemplateParameter[],
  values: Record<string, FieldValue>,
  named: boolean,
): Component[] {
  const made = new Map<string, Component>();
  for (const parameter of parameters) {
    const place = `${parameter.component} ${parameter.index ?? ""}`;
    const component = made.get(place) ?? {
      type: parameter.component as Component["type"],
      ...(parameter.component === "button"
        ? { sub_type: parameter.sub_type as Component["sub_type"], index: parameter.index ?? 0 }
        : {}),
      parameters: [],
    };
    const value = valueOf(parameter, values[keyOf(parameter)] ?? EMPTY, named);
    made.set(place, { ...component, parameters: [...(component.parameters ?? []), value] });
  }
  return [...made.values()];
}

function cardsOf(template: Template): Fields[] {
  const carousel = template.components.find((each) => text(each.type).toUpperCase() === "CAROUSEL");
  return list(carousel?.cards);
}

/** The send that the form's values make. */
export function templatePart(template: Template, values: Record<string, FieldValue>): TemplatePart {
  const named = template.parameter_format === "NAMED";
  const parameters = asked(template);
  const outside = parameters.filter(({ card }) => card === null);
  const made = grouped(outside, values, named);
  const cards = cardsOf(template);
  if (cards.length > 0) {
    made.push({
      type: "carousel",
      cards: cards.map((_, at) => ({
        card_index: at,
        components: grouped(
          parameters.filter(({ card }) => card === at),
          values,
          named,
        ) as components["schemas"]["CardComponentRequest"][],
      })),
    });
  }
  return { template_id: template.id, components: made };
}

function filled(words: string, component: string, card: number | null, given: Given): string {
  return words.replace(/\{\{\s*([^{}\s]+)\s*\}\}/g, (whole, name: string) => {
    const parameter = given.parameters.find(
      (each) => each.component === component && each.card === card && each.name === name,
    );
    const value = parameter === undefined ? "" : (given.values[keyOf(parameter)]?.text ?? "");
    return value.trim() || whole;
  });
}

interface Given {
  parameters: TemplateParameter[];
  values: Record<string, FieldValue>;
}

function part(components: Fields[], type: string): Fields {
  return components.find((each) => text(each.type).toUpperCase() === type) ?? {};
}

function shownOfParts(parts: Fields[], card: number | null, given: Given): Shown {
  const header = part(parts, "HEADER");
  const format = text(header.format).toUpperCase();
  const kind = FILES.find((each) => each.toUpperCase() === format) ?? null;
  const file = given.parameters.find((each) => each.card === card && fileKind(each) !== null);
  const uploaded = file === undefined ? null : (given.values[keyOf(file)]?.file ?? null);
  const rendered = {
    header: format === "TEXT" || format === "" ? filled(text(header.text), "header", card, given) : "",
    header_format: format,
    body: filled(text(part(parts, "BODY").text), "body", card, given),
    footer: text(part(parts, "FOOTER").text),
    offer: text(fields(part(parts, "LIMITED_TIME_OFFER").limited_time_offer).text),
    buttons: list(part(parts, "BUTTONS").buttons),
  };
  return {
    ...shownOfTemplate(rendered, []),
    file:
      kind === null ? null : { kind, mediaId: uploaded?.id ?? null, link: null, name: uploaded?.name ?? "" },
  };
}

/** The template with what is filled in so far, as the phone will show it. */
export function preview(template: Template | null, values: Record<string, FieldValue>): Shown {
  if (template === null) return NOTHING;
  const given = { parameters: template.parameters, values };
  return {
    ...shownOfParts(template.components, null, given),
    cards: cardsOf(template).map((card, at) => shownOfParts(list(card.components), at, given)),
  };
}

export const languages = (templates: Template[]): string[] =>
  [...new Set(templates.map(({ language }) => language))].sort();
