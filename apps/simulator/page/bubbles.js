/** Each kind of message as WhatsApp draws it. */

import { player } from "./audio.js";
import { ask, h } from "./dom.js";
import { avatar, fileSize, onlyEmoji, phone, preview, rich, time } from "./format.js";
import { icon, ticks } from "./icons.js";
import { t } from "./strings.js";

/**
 * A message with its frame.
 * @param message what /phone/chat answers for it
 * @param acts what can be done: `menu(message, anchor)`, `answer(content)`, `jump(wamid)`, `business` (a name)
 */
export function bubble(message, acts) {
  const direction = message.mine ? "out" : "in";
  const bare = !message.revoked && (message.type === "sticker" || isBigEmoji(message));
  const node = h(
    `div.row.${direction}`,
    {
      "data-testid": "phone-message",
      "data-direction": direction,
      "data-status": message.status,
      "data-type": message.type,
      "data-wamid": message.wamid,
    },
    h(
      `div.bubble${bare ? ".bare" : ""}${message.reactions.length ? ".reacted" : ""}`,
      {},
      h(
        "button.more",
        { type: "button", "aria-label": t.more, onclick: (e) => acts.menu(message, e.currentTarget) },
        icon("down"),
      ),
      h("div.inside", {}, inside(message, acts), foot(message)),
      message.revoked ? null : buttons(message, acts),
      reactions(message),
    ),
  );
  node.addEventListener("contextmenu", (event) => {
    if (event.target.closest("a, audio, video")) return;
    event.preventDefault();
    acts.menu(message, node.querySelector(".more"));
  });
  return node;
}

function isBigEmoji(message) {
  return message.type === "text" && onlyEmoji(message.content.text?.body ?? "") && !message.quoted;
}

function inside(message, acts) {
  if (message.revoked) return h("div.revoked", {}, icon("ban"), message.mine ? t.revokedMine : t.revoked);
  const draw = DRAW[message.type] ?? unsupported;
  return [
    message.forwarded && h("div.forwarded", {}, icon("forward"), t.forwarded),
    message.quoted && quote(message.quoted, acts),
    draw(message, acts),
  ];
}

function quote(quoted, acts) {
  return h(
    `button.quote${quoted.mine ? ".mine" : ""}`,
    { type: "button", onclick: () => acts.jump(quoted.wamid) },
    h("b", {}, quoted.mine ? t.you : acts.business),
    h("span", {}, preview(quoted)),
  );
}

function foot(message) {
  const label = { sent: t.sent, delivered: t.deliveredTick, read: t.read }[message.status];
  return h(
    "div.foot",
    {},
    message.edited && !message.revoked && h("span", {}, t.edited),
    h("time", {}, time(message.at)),
    message.mine && !message.revoked && ticks(message.status, label),
  );
}

function reactions(message) {
  if (!message.reactions.length || message.revoked) return null;
  const emoji = [...new Set(message.reactions.map((one) => one.emoji))];
  return h(
    "div.reactions",
    {},
    emoji,
    message.reactions.length > 1 && h("small", {}, message.reactions.length),
  );
}

const words = (text) => text && h("div.text", {}, rich(text));

function text(message) {
  const body = message.content.text?.body ?? "";
  return isBigEmoji(message) ? h("div.text.big", {}, body) : words(body);
}

function lost() {
  return h("div.lost", {}, icon("ban"), t.gone);
}

function image(message) {
  const caption = message.content.image?.caption;
  if (!message.media) return [lost(), words(caption)];
  const picture = h("img.picture", { src: message.media.url, alt: caption || t.photo, loading: "lazy" });
  return [
    h("button.frame", { type: "button", onclick: () => enlarge(message.media.url, caption) }, picture),
    words(caption),
  ];
}

function enlarge(url, caption) {
  ask(
    (close) => [
      h("button.round.shut", { type: "button", "aria-label": t.back, onclick: () => close() }, icon("close")),
      h("img", { src: url, alt: caption || t.photo }),
      words(caption),
    ],
    "lightbox",
  );
}

function video(message) {
  const caption = message.content.video?.caption;
  const film = message.media
    ? h("video.picture", { src: message.media.url, controls: true, preload: "metadata" })
    : lost();
  return [film, words(caption)];
}

function audio(message, acts) {
  const voice = Boolean(message.content.audio?.voice);
  if (!message.media) return lost();
  return h(
    "div.sound",
    {},
    voice ? avatar(message.mine ? acts.customer : acts.business, "small") : h("span.disc", {}, icon("audio")),
    player(message.media.url, message.wamid),
  );
}

function document_(message) {
  const part = message.content.document ?? {};
  const name = part.filename || message.media?.filename || t.document;
  const kind = (name.split(".").at(-1) ?? "").slice(0, 4).toUpperCase();
  const size = message.media ? ` · ${fileSize(message.media.size)}` : "";
  const card = h("span.names", {}, h("b", {}, name), h("small", {}, `${kind}${size}`));
  return [
    message.media
      ? h("a.file", { href: message.media.url, download: name }, icon("file"), card)
      : h("span.file", {}, icon("file"), card),
    words(part.caption),
  ];
}

function sticker(message) {
  return message.media ? h("img.sticker", { src: message.media.url, alt: t.sticker }) : lost();
}

function location_(message) {
  const place = message.content.location ?? {};
  const at = `${Number(place.latitude).toFixed(5)}, ${Number(place.longitude).toFixed(5)}`;
  return h(
    "div.place",
    {},
    h("div.map", {}, icon("pin")),
    place.name && h("b", {}, place.name),
    h("span", {}, place.address || at),
    place.address && h("small", {}, at),
  );
}

function contacts(message) {
  return (message.content.contacts ?? []).map((one) => {
    const name = one.name?.formatted_name ?? t.contact;
    const phones = (one.phones ?? []).map((entry) => h("small", {}, entry.phone));
    return h(
      "div.card",
      {},
      avatar(name, "small"),
      h("span.names", {}, h("b", {}, name), phones, one.org?.company && h("small", {}, one.org.company)),
    );
  });
}

function interactive(message) {
  const part = message.content.interactive ?? {};
  if (message.mine) return tapped(part);
  const header = part.header ?? {};
  return [
    header.type === "text" && h("div.heading", {}, header.text),
    header.type && header.type !== "text" && headerMedia(message, header),
    words(part.body?.text),
    offered(message, part.action ?? {}),
    part.footer?.text && h("div.footer", {}, part.footer.text),
  ];
}

/** Products and cards of an interactive message. */
function offered(message, action) {
  const goods = (action.sections ?? []).filter((section) => section.product_items);
  const single = action.product_retailer_id && [{ product_items: [action] }];
  const sku = (item) =>
    h("div.card", {}, h("span.disc", {}, icon("cart")), h("span.names", {}, h("b", {}, item.product_retailer_id)));
  return [
    (single || goods).map((section) => [
      section.title && h("div.heading", {}, section.title),
      section.product_items.map(sku),
    ]),
    action.cards && h("div.cards", { tabIndex: 0 }, action.cards.map((card) => cardOf(message, card))),
  ];
}

function cardOf(message, card) {
  const header = card.header ?? {};
  const picture = header[header.type]?.link;
  const labels = [
    card.action?.parameters?.display_text,
    card.action?.product_retailer_id,
    ...(card.action?.buttons ?? []).map((button) => button.quick_reply?.title),
  ].filter(Boolean);
  return h(
    "div.slide",
    {},
    picture && h("small", {}, `${t.photo}: ${picture}`),
    header[header.type]?.id && h("small", {}, `${t.photo}: ${header[header.type].id}`),
    words(card.body?.text),
    labels.map((label) => h("div.footer", {}, label)),
  );
}

function headerMedia(message, header) {
  const draw = { image, video, document: document_ }[header.type];
  const bareHeader = { ...(header[header.type] ?? {}), caption: undefined };
  return draw?.({ ...message, content: { [header.type]: bareHeader } });
}

function tapped(part) {
  const reply = part[part.type] ?? {};
  return [
    h("div.text", {}, reply.title ?? reply.name ?? part.type),
    reply.description && h("div.footer", {}, reply.description),
  ];
}

function template(message) {
  const part = message.content.template ?? {};
  const values = (part.components ?? [])
    .filter((one) => ["header", "body"].includes(String(one.type).toLowerCase()))
    .flatMap((one) => one.parameters ?? [])
    .map(
      (value) =>
        value.text ?? value.currency?.fallback_value ?? value.date_time?.fallback_value ?? value.type,
    );
  if (message.components?.length) return filled(message, part);
  return [
    h("div.heading.template", {}, icon("template"), `${t.template} · ${part.name}`),
    values.map((value, place) => h("div.value", {}, h("small", {}, `{{${place + 1}}}`), value)),
    h("div.footer", {}, part.language?.code),
  ];
}

/** A template that was created here, with its values in their places. */
function filled(message, part) {
  const given = (kind) =>
    (part.components ?? []).find((one) => String(one.type).toLowerCase() === kind)?.parameters ?? [];
  const put = (text, kind) =>
    given(kind).reduce(
      (so, value, place) => so.replaceAll(`{{${value.parameter_name ?? place + 1}}}`, value.text ?? value.type),
      text ?? "",
    );
  return message.components.map((one) => {
    if (one.type === "HEADER" && one.format === "TEXT") return h("div.heading", {}, put(one.text, "header"));
    if (one.type === "HEADER") return headerOf(message, given("header")[0], one.format);
    if (one.type === "BODY") return words(put(one.text, "body"));
    if (one.type === "FOOTER") return h("div.footer", {}, one.text);
    if (one.type === "CAROUSEL") return h("div.cards", { tabIndex: 0 }, one.cards.map(slideOf));
    const shown = (one.buttons ?? []).filter((button) => button.type !== "QUICK_REPLY"); // those can be tapped
    return shown.map((button) => h("div.footer", {}, `▸ ${button.text ?? button.type}`));
  });
}

function headerOf(message, value, format) {
  if (value?.type === "location") return location_({ content: { location: value.location } });
  return value ? headerMedia(message, value) : h("div.footer", {}, format);
}

function slideOf(card) {
  return h(
    "div.slide",
    {},
    card.components.map((one) => (one.type === "BODY" ? words(one.text) : h("small", {}, one.format ?? one.type))),
  );
}

function order(message) {
  const items = message.content.order?.product_items ?? [];
  const total = items.reduce((sum, item) => sum + item.quantity * item.item_price, 0);
  const money = new Intl.NumberFormat(undefined, {
    style: "currency",
    currency: items[0]?.currency || "BRL",
  });
  const count = items.reduce((sum, item) => sum + Number(item.quantity), 0);
  return [
    h(
      "div.card",
      {},
      h("span.disc", {}, icon("cart")),
      h(
        "span.names",
        {},
        h("b", {}, `${t.order} · ${count} ${t.items}`),
        h("small", {}, money.format(total)),
      ),
    ),
    words(message.content.order?.text),
  ];
}

function unsupported(message) {
  return h("div.revoked", {}, icon("ban"), `${t.unsupported} (${message.type})`);
}

const DRAW = {
  text,
  image,
  video,
  audio,
  document: document_,
  sticker,
  location: location_,
  contacts,
  interactive,
  template,
  order,
  button: (message) => h("div.text", {}, message.content.button?.text),
};

/** What can be tapped under a message of the business. */
function buttons(message, acts) {
  if (message.mine) return null;
  if (message.type === "template") return templateButtons(message, acts);
  if (message.type !== "interactive") return null;
  const part = message.content.interactive ?? {};
  const make = { button: replyButtons, list: listButton, cta_url: linkButton }[part.type] ?? choiceButtons;
  return h("div.buttons", {}, make(message, part.action ?? {}, acts));
}

function tap(label, iconName, onclick) {
  return h(
    "button.tap",
    { type: "button", "data-testid": "phone-button", onclick },
    iconName && icon(iconName),
    label,
  );
}

function replyButtons(message, action, acts) {
  return (action.buttons ?? []).map(({ reply }) =>
    tap(reply.title, "reply", () =>
      acts.answer(message, {
        type: "interactive",
        interactive: { type: "button_reply", button_reply: reply },
      }),
    ),
  );
}

function listButton(message, action, acts) {
  return tap(action.button, "list", async () => {
    const row = await chooseRow(action);
    if (row)
      acts.answer(message, { type: "interactive", interactive: { type: "list_reply", list_reply: row } });
  });
}

function chooseRow(action) {
  return ask((close) => {
    const rows = (action.sections ?? []).flatMap((section) => section.rows);
    const form = h("form", {
      onsubmit: (event) => {
        event.preventDefault();
        close(rows[Number(new FormData(form).get("row"))]);
      },
    });
    const option = (row) =>
      h(
        "label.option",
        { "data-testid": "phone-list-row" },
        h("span.names", {}, h("b", {}, row.title), row.description && h("small", {}, row.description)),
        h("input", { type: "radio", name: "row", value: String(rows.indexOf(row)), required: true }),
      );
    form.append(
      h("h2", {}, action.button),
      ...(action.sections ?? []).flatMap((section) => [
        section.title ? h("h3", {}, section.title) : "",
        ...section.rows.map(option),
      ]),
      h(
        "div.actions",
        {},
        h("button.ghost", { type: "button", onclick: () => close() }, t.cancel),
        h("button.primary", { type: "submit", "data-testid": "phone-list-send" }, t.send),
      ),
    );
    return form;
  }, "bottom");
}

/** What the simulator knows to answer: forms, places, cards, orders, calls. */
function choiceButtons(message, action, acts) {
  const label = action.parameters?.flow_cta ?? action.parameters?.display_text;
  const kind = message.content.interactive.type;
  return (message.choices ?? []).map(({ context, ...content }) =>
    tap(titleOf(content) ?? label ?? t.taps[kind] ?? kind, "reply", () => acts.answer(message, content)),
  );
}

function titleOf({ button, interactive, order: bought }) {
  const reply = interactive?.[interactive.type];
  const granted = { accept: t.allow, reject: t.refuse }[reply?.response];
  return button?.text ?? reply?.title ?? granted ?? bought?.product_items?.[0]?.product_retailer_id;
}

function linkButton(message, action) {
  const { display_text: label, url } = action.parameters ?? {};
  return h("a.tap", { href: url, target: "_blank", rel: "noopener noreferrer" }, icon("link"), label);
}

function templateButtons(message, acts) {
  const quick = (message.content.template?.components ?? []).filter(
    (one) => one.type === "button" && String(one.sub_type).toLowerCase() === "quick_reply",
  );
  const payloads = quick
    .map((one) => one.parameters?.find((value) => value.payload)?.payload)
    .filter(Boolean);
  if (!payloads.length && message.choices?.length)
    return h("div.buttons", {}, choiceButtons({ ...message, content: { interactive: { type: "button" } } }, {}, acts));
  if (!payloads.length) return null;
  const reply = (payload) =>
    tap(payload, "reply", () => acts.answer(message, { type: "button", button: { payload, text: payload } }));
  return h("div.buttons", {}, payloads.map(reply));
}

/** The name of a person with their phone, for headings. */
export const naming = (customer) => [h("b", {}, customer.name), h("small", {}, phone(customer.phone))];
