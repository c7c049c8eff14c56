import { money } from "@/i18n/format";
import { fields, list, number, text, type Fields } from "./content";

/** A file of a header or a card: ours, by its id, or somebody else's behind a link. */
export interface ShownFile {
  kind: "image" | "video" | "document";
  mediaId: string | null;
  link: string | null;
  name: string;
}

export type ButtonKind =
  "reply" | "list" | "link" | "phone" | "copy" | "form" | "place" | "person" | "call" | "shop" | "pay";

export interface ShownButton {
  kind: ButtonKind;
  /** Empty: WhatsApp writes its own words. */
  label: string;
  /** Where it leads, or what it holds. */
  detail: string;
}

export interface ShownSection {
  title: string;
  rows: { title: string; description: string }[];
}

/** A message with something to tap, as the phone shows it. */
export interface Shown {
  header: string;
  file: ShownFile | null;
  place: boolean;
  body: string;
  footer: string;
  offer: string;
  /** Of an order: how it stands, by WhatsApp's word. */
  state: string;
  buttons: ShownButton[];
  sections: ShownSection[];
  cards: Shown[];
}

export const NOTHING: Shown = {
  header: "",
  file: null,
  place: false,
  body: "",
  footer: "",
  offer: "",
  state: "",
  buttons: [],
  sections: [],
  cards: [],
};

/** What we may offer; what customers tap and answer has other kinds. */
const OFFERED = [
  "button",
  "list",
  "cta_url",
  "flow",
  "product",
  "product_list",
  "catalog_message",
  "location_request_message",
  "request_contact_info",
  "address_message",
  "voice_call",
  "carousel",
  "call_permission_request",
  "order_details",
  "order_status",
];

export const isOffered = (content: Fields): boolean => OFFERED.includes(text(content.kind));

const FILES = ["image", "video", "document"] as const;

function fileOf(kind: string, part: Fields): ShownFile | null {
  const known = FILES.find((each) => each === kind);
  if (known === undefined) return null;
  return {
    kind: known,
    mediaId: text(part.media_id) || null,
    link: text(part.link) || null,
    name: text(part.filename),
  };
}

const button = (kind: ButtonKind, label = "", detail = ""): ShownButton => ({ kind, label, detail });

function sectionsOf(content: Fields): ShownSection[] {
  return list(content.sections).map((section) => ({
    title: text(section.title),
    rows: [
      ...list(section.rows).map((row) => ({ title: text(row.title), description: text(row.description) })),
      ...list(section.product_items).map((item) => ({
        title: text(item.product_retailer_id),
        description: "",
      })),
    ],
  }));
}

/** Bills are in hundredths of reais, as the API takes them. */
const reais = (hundredths: unknown): string => money((number(hundredths) ?? 0) / 100, "BRL");

function linesOf(order: Fields): ShownSection[] {
  const rows = list(order.items).map((item) => ({
    title: `${number(item.quantity) ?? 1} × ${text(item.name)}`,
    description: reais(item.sale_amount ?? item.amount),
  }));
  return rows.length === 0 ? [] : [{ title: "", rows }];
}

function buttonsOf(content: Fields): ShownButton[] {
  switch (text(content.kind) || text(content.type)) {
    case "button":
    case "quick_reply":
      return list(content.buttons).map((each) => button("reply", text(each.title)));
    case "list":
      return [button("list", text(content.button))];
    case "cta_url":
      return [button("link", text(content.display_text), text(content.url))];
    case "flow":
      return [button("form", text(content.flow_cta))];
    case "product":
    case "product_list":
    case "catalog_message":
      return [button("shop", "", text(content.product_retailer_id))];
    case "location_request_message":
      return [button("place")];
    case "request_contact_info":
      return [button("person")];
    case "address_message":
      return [button("form")];
    case "order_details":
      return [button("pay")];
    case "voice_call":
    case "call_permission_request":
      return [button("call", text(content.display_text))];
    default:
      return [];
  }
}

/** An interactive message of ours, from its content. */
export function shownOfInteractive(content: Fields): Shown {
  const header = fields(content.header);
  const bill = content.kind === "order_details";
  return {
    ...NOTHING,
    header: text(header.type) === "text" ? text(header.text) : "",
    file: fileOf(text(header.type), header),
    body: text(content.body),
    footer: text(content.footer),
    offer: bill ? reais(content.total_amount) : "",
    state: content.kind === "order_status" ? text(fields(content.order).status) : "",
    buttons: buttonsOf(content),
    sections: bill ? linesOf(fields(content.order)) : sectionsOf(content),
    cards: list(content.cards).map(shownOfInteractive),
  };
}

/** What Meta calls a template's buttons. */
const TEMPLATE_BUTTONS: Record<string, ButtonKind> = {
  QUICK_REPLY: "reply",
  URL: "link",
  PHONE_NUMBER: "phone",
  COPY_CODE: "copy",
  OTP: "copy",
  FLOW: "form",
  VOICE_CALL: "call",
  CATALOG: "shop",
  MPM: "shop",
  SPM: "shop",
  REQUEST_CONTACT_INFO: "person",
};

function fileOfSend(components: Fields[]): ShownFile | null {
  const header = components.find((each) => text(each.type).toLowerCase() === "header");
  const [parameter] = list(header?.parameters);
  const kind = text(parameter?.type);
  return fileOf(kind, fields(parameter?.[kind]));
}

/** A template as it was when it was sent: what the server kept of it, with the files of the send. */
export function shownOfTemplate(rendered: Fields, components: Fields[]): Shown {
  const carousel = components.find((each) => text(each.type).toLowerCase() === "carousel");
  const sent = list(carousel?.cards);
  return {
    ...NOTHING,
    header: text(rendered.header),
    file: fileOfSend(components),
    place: text(rendered.header_format) === "LOCATION",
    body: text(rendered.body),
    footer: text(rendered.footer),
    offer: text(rendered.offer),
    buttons: list(rendered.buttons).map((each) =>
      button(
        TEMPLATE_BUTTONS[text(each.type)] ?? "reply",
        text(each.text),
        text(each.url) || text(each.phone_number) || text(each.code),
      ),
    ),
    cards: list(rendered.cards).map((card, index) => shownOfTemplate(card, list(sent[index]?.components))),
  };
}
