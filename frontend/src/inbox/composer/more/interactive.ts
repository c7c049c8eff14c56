import type { components } from "@/api/schema";
import type { OutgoingMessage } from "@/api/types";

type Interactive = components["schemas"]["InteractiveRequest"];

/** What WhatsApp takes of each part. */
export const LIMITS = {
  header: 60,
  body: 1024,
  footer: 60,
  label: 20,
  flowLabel: 30,
  url: 2000,
  products: 30,
  cards: { least: 2, most: 10 },
  cardBody: 160,
};

/** How a page's address begins, in every language. */
export const HTTPS = "https://";

/** The words of a message that ends in something to tap. */
export interface Words {
  header: string;
  body: string;
  footer: string;
}

export const NO_WORDS: Words = { header: "", body: "", footer: "" };

const filled = <Key extends string>(key: Key, value: string) =>
  (value.trim() === "" ? {} : { [key]: value.trim() }) as Partial<Record<Key, string>>;

const headed = (header: string) =>
  header.trim() === "" ? {} : { header: { type: "text" as const, text: header.trim() } };

const message = (interactive: Interactive): OutgoingMessage => ({ type: "interactive", interactive });

export const isWebAddress = (url: string): boolean =>
  /^https?:\/\//i.test(url.trim()) && URL.canParse(url.trim());

export function linkMessage(words: Words, label: string, url: string): OutgoingMessage {
  const { header, body, footer } = words;
  return message({
    kind: "cta_url",
    body: body.trim(),
    display_text: label.trim(),
    url: url.trim(),
    ...headed(header),
    ...filled("footer", footer),
  });
}

/** A form is named by digits, its id, or by its name. */
export function flowMessage(words: Words, label: string, flow: string, screen: string): OutgoingMessage {
  const { header, body, footer } = words;
  const name = flow.trim();
  return message({
    kind: "flow",
    body: body.trim(),
    flow_cta: label.trim(),
    ...(/^\d+$/.test(name) ? { flow_id: name } : { flow_name: name }),
    ...(screen.trim() === ""
      ? {}
      : { flow_action: "navigate", flow_action_payload: { screen: screen.trim() } }),
    ...headed(header),
    ...filled("footer", footer),
  });
}

/** Products as somebody writes them down: one a line, or with commas between. */
export const productsOf = (words: string): string[] => [
  ...new Set(
    words
      .split(/[\n,;]/)
      .map((each) => each.trim())
      .filter(Boolean),
  ),
];

/** One product, several in a list, or the whole catalog where none is named. */
export function shopMessage(words: Words, catalog: string, products: string[]): OutgoingMessage {
  const { header, body, footer } = words;
  const [first] = products;
  if (first === undefined || catalog.trim() === "")
    return message({
      kind: "catalog_message",
      body: body.trim(),
      ...(first === undefined ? {} : { thumbnail_product_retailer_id: first }),
      ...filled("footer", footer),
    });
  if (products.length === 1)
    return message({
      kind: "product",
      catalog_id: catalog.trim(),
      product_retailer_id: first,
      ...filled("body", body),
      ...filled("footer", footer),
    });
  const items = products.map((product_retailer_id) => ({ product_retailer_id }));
  return message({
    kind: "product_list",
    catalog_id: catalog.trim(),
    body: body.trim(),
    sections: [{ title: header.trim().slice(0, 24), product_items: items }],
    ...headed(header),
    ...filled("footer", footer),
  });
}

export interface Card {
  mediaId: string;
  name: string;
  body: string;
  label: string;
  url: string;
}

export const NO_CARD: Card = { mediaId: "", name: "", body: "", label: "", url: "" };

export const isCardReady = (card: Card): boolean =>
  card.mediaId !== "" && card.label.trim() !== "" && isWebAddress(card.url);

/** Pictures that are swept sideways, each with a button that opens a page. */
export function carouselMessage(body: string, cards: Card[]): OutgoingMessage {
  return message({
    kind: "carousel",
    body: body.trim(),
    cards: cards.map((card) => ({
      type: "cta_url" as const,
      header: { type: "image" as const, media_id: card.mediaId },
      display_text: card.label.trim(),
      url: card.url.trim(),
      ...filled("body", card.body),
    })),
  });
}

/** Asks for something that the phone knows: a place, or a phone number. */
export const askMessage = (
  kind: "location_request_message" | "request_contact_info",
  body: string,
): OutgoingMessage => message({ kind, body: body.trim() });
