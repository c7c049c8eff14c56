/** Every kind of thing that reaches a business, ready to be sent as it is or changed first: webhooks' own JSON. */

import { ask, h } from "./dom.js";
import { t } from "./strings.js";

const now = () => String(Math.floor(Date.now() / 1000));
const form = (reply) => ({ type: "interactive", interactive: { type: "nfm_reply", nfm_reply: reply } });
const system = (part) => ({ type: "system", system: part });
const refused = { code: 131051, title: "Message type unknown", message: "Message type unknown" };

/**
 * What there is, by name; `last` is the customer's last message, `ours` the business's.
 * One with `field` is no message: it goes out as that field's change.
 */
const KINDS = {
  text: () => ({ type: "text", text: { body: "Oi" } }),
  forwarded: () => ({ type: "text", text: { body: "Vejam isto" }, context: { forwarded: true } }),
  ad: () => ({
    type: "text",
    text: { body: "Vi o anúncio" },
    referral: {
      source_url: "https://fb.me/abc",
      source_type: "ad",
      source_id: "120200000000001",
      headline: "Pão quente",
      body: "Peça agora",
      media_type: "image",
      image_url: "https://example.com/ad.jpg",
      ctwa_clid: "ARAkLkA8rmlFeiCktEJQ",
    },
  }),
  product: () => ({
    type: "text",
    text: { body: "Tem este?" },
    context: { referred_product: { catalog_id: "9000009", product_retailer_id: "sku1" } },
  }),
  order: () => ({
    type: "order",
    order: {
      catalog_id: "9000009",
      text: "Para hoje, por favor",
      product_items: [{ product_retailer_id: "sku1", quantity: 2, item_price: 30.5, currency: "BRL" }],
    },
  }),
  location: () => ({ type: "location", location: { latitude: -23.561414, longitude: -46.655881, name: "MASP" } }),
  contacts: () => ({
    type: "contacts",
    contacts: [{ name: { formatted_name: "Rita", first_name: "Rita" }, phones: [{ phone: "+5581988881234" }] }],
  }),
  reaction: ({ ours }) => ({ type: "reaction", reaction: { message_id: ours, emoji: "👍" } }),
  unreaction: ({ ours }) => ({ type: "reaction", reaction: { message_id: ours, emoji: "" } }),
  edit: ({ last }) => ({
    type: "edit",
    edit: {
      original_message_id: last,
      message: { context: { id: "M0" }, type: "text", text: { body: "Corrigindo" } },
    },
  }),
  revoke: ({ last }) => ({ type: "revoke", revoke: { original_message_id: last } }),
  quick_reply: ({ ours }) => ({ type: "button", button: { payload: "yes", text: "Sim" }, context: { message_id: ours } }),
  button_reply: ({ ours }) => ({
    type: "interactive",
    interactive: { type: "button_reply", button_reply: { id: "yes", title: "Sim" } },
    context: { message_id: ours },
  }),
  list_reply: ({ ours }) => ({
    type: "interactive",
    interactive: { type: "list_reply", list_reply: { id: "bread", title: "Pão", description: "R$ 1" } },
    context: { message_id: ours },
  }),
  flow: ({ ours }) => ({
    ...form({ name: "flow", body: "Sent", response_json: '{"flow_token":"t","nome":"Ana"}' }),
    context: { message_id: ours },
  }),
  call_permission: ({ ours }) => ({
    type: "interactive",
    interactive: {
      type: "call_permission_reply",
      call_permission_reply: { response: "accept", is_permanent: false, response_source: "user_action" },
    },
    context: { message_id: ours },
  }),
  group: () => ({ type: "text", text: { body: "Oi, grupo" }, group_id: "Y2FwaV9ncm91cDox" }),
  unsupported: () => ({ type: "unsupported", unsupported: { type: "poll" }, errors: [refused] }),
  unavailable: () => ({
    type: "unsupported",
    errors: [{ code: 131060, title: "This message is currently unavailable." }],
  }),
  welcome: () => ({ type: "request_welcome" }),
  new_number: () => system({ type: "user_changed_number", body: "User changed number", wa_id: "5511955550199" }),
  new_user_id: () =>
    system({ type: "user_changed_user_id", body: "User changed id", user_id: "BR.99000001", previous_user_id: "BR.1" }),
  identity: () => ({
    ...system({ type: "customer_identity_changed", body: "Identity changed" }),
    identity: { acknowledged: false, created_timestamp: now(), hash: "Dx4" },
  }),
  call: ({ from, to }) => ({
    field: "calls",
    value: {
      calls: [
        { id: `wacid.${now()}`, from, to, event: "connect", direction: "USER_INITIATED", timestamp: now() },
      ],
    },
  }),
  marketing_stop: ({ from }) => ({
    field: "user_preferences",
    value: {
      user_preferences: [
        { wa_id: from, category: "marketing_messages", value: "stop", detail: "", timestamp: now() },
      ],
    },
  }),
};

/**
 * Ask which kind, and let its JSON be changed.
 * @param known what the presets point at: `last`, `ours` (wamids), `from`, `to` (digits)
 * @returns the content, or null
 */
export function chooseKind(known) {
  return ask((close) => {
    const names = Object.keys(KINDS);
    const wrong = h("p.wrong", { role: "alert", hidden: true });
    const json = h("textarea.json", { rows: 14, spellcheck: false, "aria-label": "JSON", "data-testid": "kind-json" });
    const choice = h(
      "select",
      { "aria-label": t.kind, "data-testid": "kind-choice", onchange: () => show() },
      names.map((name) => h("option", { value: name }, t.kinds[name])),
    );
    const show = () => {
      json.value = JSON.stringify(KINDS[choice.value](known), null, 2);
      wrong.hidden = true;
    };
    const submit = (event) => {
      event.preventDefault();
      try {
        close(JSON.parse(json.value));
      } catch (error) {
        wrong.textContent = error.message;
        wrong.hidden = false;
      }
    };
    show();
    return h(
      "form.kinds",
      { onsubmit: submit },
      h("h2", {}, t.anyKind),
      choice,
      json,
      wrong,
      h(
        "div.actions",
        {},
        h("button.ghost", { type: "button", onclick: () => close() }, t.cancel),
        h("button.primary", { type: "submit", "data-testid": "kind-send" }, t.send),
      ),
    );
  });
}

/** A message's JSON, as it came. */
export function showRaw(content) {
  return ask((close) =>
    h(
      "div.kinds",
      {},
      h("h2", {}, "JSON"),
      h("pre.json", { tabIndex: 0, "data-testid": "raw-json" }, JSON.stringify(content, null, 2)),
      h("div.actions", {}, h("button.primary", { type: "button", onclick: () => close() }, t.shut)),
    ),
  );
}
