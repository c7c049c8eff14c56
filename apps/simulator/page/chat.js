/** The open chat: header, messages, composer. */

import { api } from "./api.js";
import { bubble, naming } from "./bubbles.js";
import { Composer, fill } from "./composer.js";
import { h, Keyed, toast } from "./dom.js";
import { avatar, dayName } from "./format.js";
import { icon } from "./icons.js";
import { showRaw } from "./kinds.js";
import { t } from "./strings.js";

const EMOJI = ["👍", "❤️", "😂", "😮", "😢", "🙏"];
const EDIT_SECONDS = 15 * 60;

export class Chat {
  /** @param back shows the list of people (on narrow screens) */
  constructor({ back }) {
    this.number = null;
    this.customer = null;
    this.messages = [];
    this.asked = 0;
    this.answered = 0;
    this.composer = new Composer({
      send: (content) => this.write(content),
      upload: (file, name) => api.upload(this.number.phone_number_id, file, name),
      business: () => this.name(),
      known: () => this.known(),
    });
    this.owner = h("div.owner");
    this.subtitle = h("small");
    this.title = h("b");
    this.face = h("span");
    this.receipts = h("input", {
      type: "checkbox",
      onchange: () => this.changeCustomer({ receipts: this.receipts.checked }),
    });
    this.responder = h("input", {
      type: "checkbox",
      "data-testid": "phone-responder",
      onchange: () => this.handOver(this.responder.checked ? "other" : "us"),
    });
    this.asOther = h(
      "button",
      { type: "button", "data-testid": "phone-as-other", onclick: () => this.respond() },
      icon("reply"),
      t.asOther,
    );
    this.options = h("div.menu.options", { hidden: true }, this.optionItems());
    this.list = h("div.messages", { "data-testid": "phone-messages" });
    this.scroller = h("div.scroller", {}, this.list);
    this.keyed = new Keyed(this.list);
    this.down = h(
      "button.round.down",
      { type: "button", hidden: true, "aria-label": "↓", onclick: () => this.toEnd(true) },
      icon("down"),
    );
    this.node = h(
      "section.phone",
      {},
      this.owner,
      h(
        "header.chathead",
        {},
        h(
          "button.round.back",
          { type: "button", "aria-label": t.back, "data-testid": "phone-back", onclick: back },
          icon("back"),
        ),
        this.face,
        h("div.names", {}, this.title, this.subtitle),
        h(
          "button.round",
          { type: "button", "aria-label": t.more, onclick: (event) => this.toggleOptions(event) },
          icon("more"),
        ),
        this.options,
      ),
      h("div.wall", {}, this.scroller, this.down),
      this.composer.node,
    );
    this.scroller.addEventListener("scroll", () => (this.down.hidden = this.atEnd()));
    this.node.addEventListener("dragover", (event) => event.preventDefault());
    this.node.addEventListener("drop", (event) => this.drop(event));
    document.addEventListener("click", () => (this.options.hidden = true));
    document.addEventListener("visibilitychange", () => this.readIfSeen());
    swipes(this.list, (wamid) => this.composer.reply(this.find(wamid)));
  }

  optionItems() {
    return [
      h(
        "label.item",
        { onclick: (event) => event.stopPropagation() },
        h("span.names", {}, h("span", {}, t.receipts), h("small", {}, t.receiptsHint)),
        this.receipts,
      ),
      h("button", { type: "button", onclick: () => this.rename() }, icon("edit"), t.rename),
      h(
        "label.item",
        { onclick: (event) => event.stopPropagation() },
        h("span.names", {}, h("span", {}, t.responder), h("small", {}, t.responderHint)),
        this.responder,
      ),
      this.asOther,
    ];
  }

  name() {
    return this.number?.verified_name || this.number?.display_phone_number || "";
  }

  find(wamid) {
    return this.messages.find((message) => message.wamid === wamid);
  }

  /** Show a customer's chat with a number. */
  async open(number, customer) {
    const other =
      this.number?.phone_number_id !== number.phone_number_id || this.customer?.phone !== customer.phone;
    this.number = number;
    this.customer = customer;
    if (other) {
      this.keyed.clear();
      this.messages = [];
      this.composer.open(`${number.phone_number_id}/${customer.phone}`);
      this.typing(0);
    }
    this.head();
    await this.refresh();
    if (other) {
      this.toEnd();
      this.composer.focus();
    }
  }

  head() {
    this.title.textContent = this.name();
    this.face.replaceChildren(avatar(this.name()));
    this.receipts.checked = this.customer.receipts;
    this.owner.replaceChildren(h("span", {}, t.phoneOf), ...naming(this.customer));
    const elsewhere = this.holder === "other";
    this.responder.checked = elsewhere;
    this.asOther.hidden = !elsewhere;
    this.subtitle.textContent = this.isTyping ? t.typing : elsewhere ? t.withOther : t.business;
    this.subtitle.classList.toggle("typing", Boolean(this.isTyping));
    this.subtitle.setAttribute("data-testid", this.isTyping ? "phone-typing" : "phone-subtitle");
  }

  /** Look the chat up again. */
  async refresh() {
    const { number, customer } = this;
    if (!number) return;
    const turn = (this.asked += 1);
    const found = await api.chat(number.phone_number_id, customer.phone);
    const other = this.number.phone_number_id !== number.phone_number_id || this.customer.phone !== customer.phone;
    // An answer that was overtaken by a newer one would bring the old ticks back.
    if (other || turn < this.answered) return;
    this.answered = turn;
    const wasAtEnd = this.atEnd();
    const grew = found.messages.at(-1)?.wamid !== this.messages.at(-1)?.wamid;
    this.messages = found.messages;
    if (grew && !this.messages.at(-1)?.mine) this.typing(0);
    this.customer = found.customer;
    this.holder = found.owner;
    this.head();
    this.show(found.now);
    if (wasAtEnd || (grew && this.messages.at(-1)?.mine)) this.toEnd();
    await this.readIfSeen();
  }

  show(now) {
    const items = [{ note: this.messages.length ? t.encrypted : t.empty }];
    let last = "";
    let before = null;
    for (const message of this.messages) {
      const day = dayName(message.at, now);
      if (day !== last) items.push({ day });
      items.push({ message, follows: before === message.mine && day === last });
      [last, before] = [day, message.mine];
    }
    this.keyed.show(
      items,
      (item) => item.day ?? item.note ?? item.message.wamid,
      (item) => this.draw(item),
    );
  }

  draw({ message, follows, day, note }) {
    if (day) return h("div.day", {}, day);
    if (note) return h("div.note", {}, note);
    const node = bubble(message, {
      business: this.name(),
      customer: this.customer.name,
      menu: (one, anchor) => this.menu(one, anchor),
      answer: (one, content) => this.answer(one, content),
      jump: (wamid) => this.jump(wamid),
    });
    node.classList.toggle("follows", follows);
    return node;
  }

  /** The business is typing for so many seconds. */
  typing(seconds) {
    clearTimeout(this.typingTimer);
    this.isTyping = seconds > 0;
    if (this.isTyping) this.typingTimer = setTimeout(() => this.typing(0), seconds * 1000);
    if (this.customer) this.head();
  }

  /** Opening a chat reads it: the business gets its blue ticks. */
  async readIfSeen() {
    const unread = this.messages.some((message) => !message.mine && message.status !== "read");
    const seen = document.visibilityState === "visible" && this.node.offsetParent !== null;
    if (unread && seen) await api.read(this.number.phone_number_id, this.customer.phone);
  }

  /** What a ready-made message can point at. */
  known() {
    const newest = (mine) => this.messages.findLast((message) => message.mine === mine)?.wamid ?? "wamid.";
    return {
      last: newest(true),
      ours: newest(false),
      from: this.customer.wa_id || this.customer.phone,
      to: this.number.display_phone_number.replace(/\D/g, ""),
    };
  }

  async write(content) {
    const number = this.number.phone_number_id;
    if (content.field) await api.webhook({ ...this.change(content), phone_number_id: number });
    else await api.write(number, this.customer.phone, content);
    await this.refresh();
    this.toEnd();
  }

  /** A change of another field, with what all of a number's changes have. */
  change({ field, value }) {
    const { phone_number_id, display_phone_number } = this.number;
    const metadata = { phone_number_id, display_phone_number: display_phone_number.replace(/\D/g, "") };
    const contacts = [{ profile: { name: this.customer.name }, wa_id: this.customer.wa_id, user_id: this.customer.user_id }];
    return { field, value: { messaging_product: "whatsapp", metadata, contacts, ...value } };
  }

  async answer(message, content) {
    try {
      await this.write({ ...content, context: { message_id: message.wamid } });
    } catch (error) {
      toast(`${t.failedText}: ${error.message}`);
    }
  }

  menu(message, anchor) {
    document.querySelector(".menu.acts")?.remove();
    const close = () => menu.remove();
    const item = (name, label, run) =>
      h("button", { type: "button", onclick: () => (close(), run()) }, icon(name), label);
    const body = message.content[message.type]?.body;
    const young = message.at > Date.now() / 1000 - EDIT_SECONDS;
    const own = message.mine && !message.revoked;
    const emoji = h(
      "div.emoji",
      {},
      EMOJI.map((one) =>
        h(
          "button",
          { type: "button", "aria-label": one, onclick: () => (close(), this.react(message, one)) },
          one,
        ),
      ),
    );
    const menu = h(
      "div.menu.acts",
      { "data-testid": "phone-menu" },
      !message.revoked && [
        emoji,
        item("reply", t.reply, () => this.composer.reply(message)),
        item("list", "JSON", () => showRaw(message.content)),
        body && item("copy", t.copy, () => navigator.clipboard.writeText(body).then(() => toast(t.copied))),
        own && message.type === "text" && young && item("edit", t.edit, () => this.edit(message)),
        own &&
          item("trash", t.remove, () =>
            this.act({ type: "revoke", revoke: { original_message_id: message.wamid } }),
          ),
      ],
    );
    if (message.revoked) return;
    document.body.append(menu);
    const box = anchor.getBoundingClientRect();
    menu.style.setProperty(
      "top",
      `${Math.max(8, Math.min(box.bottom, innerHeight - menu.offsetHeight - 8))}px`,
    );
    menu.style.setProperty(
      "left",
      `${Math.max(8, Math.min(box.left - 60, innerWidth - menu.offsetWidth - 8))}px`,
    );
    setTimeout(() => document.addEventListener("click", close, { once: true }));
  }

  async act(content) {
    try {
      await this.write(content);
    } catch (error) {
      toast(`${t.failedText}: ${error.message}`);
    }
  }

  react(message, emoji) {
    const mine = message.reactions.find((one) => one.mine);
    const again = mine?.emoji === emoji;
    return this.act({ type: "reaction", reaction: { message_id: message.wamid, emoji: again ? "" : emoji } });
  }

  async edit(message) {
    const changed = await fill(
      t.editing,
      [["body", t.message, message.content.text.body, { required: true }]],
      t.save,
    );
    if (!changed) return;
    const text = { type: "text", text: { body: changed.body }, context: { id: "M0" } };
    await this.act({ type: "edit", edit: { original_message_id: message.wamid, message: text } });
  }

  async changeCustomer(changes) {
    this.customer = await api.changeCustomer(this.customer.phone, changes);
    this.head();
  }

  async rename() {
    const found = await fill(t.rename, [["name", t.name, this.customer.name, { required: true }]], t.save);
    if (found) await this.changeCustomer({ name: found.name });
  }

  /** The chat goes to another responder of the number, or comes back to the business. */
  async handOver(to) {
    await api.handOver(this.number.phone_number_id, this.customer.phone, to);
    await this.refresh();
  }

  async respond() {
    const found = await fill(t.asOther, [["text", t.message, "", { required: true }]], t.send);
    if (found) await api.respond(this.number.phone_number_id, this.customer.phone, found.text);
  }

  toggleOptions(event) {
    event.stopPropagation();
    this.options.hidden = !this.options.hidden;
  }

  drop(event) {
    event.preventDefault();
    this.composer.offer([...event.dataTransfer.files], "media");
  }

  jump(wamid) {
    const node = this.list.querySelector(`[data-wamid="${CSS.escape(wamid)}"]`);
    if (!node) return;
    node.scrollIntoView({ block: "center", behavior: "smooth" });
    node.classList.add("flash");
    setTimeout(() => node.classList.remove("flash"), 1500);
  }

  atEnd() {
    return this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < 80;
  }

  toEnd(smooth = false) {
    this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior: smooth ? "smooth" : "instant" });
  }
}

/** A swipe to the right on a message answers it, as on the phone. */
function swipes(list, reply) {
  let row = null;
  let from = null;
  list.addEventListener(
    "touchstart",
    (event) => {
      row = event.target.closest(".row");
      from = row && { x: event.touches[0].clientX, y: event.touches[0].clientY };
    },
    { passive: true },
  );
  list.addEventListener(
    "touchmove",
    (event) => {
      if (!row) return;
      const right = event.touches[0].clientX - from.x;
      if (Math.abs(event.touches[0].clientY - from.y) > 30) right > 10 ? null : (row = null);
      row?.style.setProperty("--swipe", `${Math.max(0, Math.min(right, 72))}px`);
    },
    { passive: true },
  );
  list.addEventListener("touchend", () => {
    if (row && Number.parseFloat(row.style.getPropertyValue("--swipe")) > 56) reply(row.dataset.wamid);
    row?.style.removeProperty("--swipe");
    row = null;
  });
}
