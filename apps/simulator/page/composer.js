/** Where the customer writes: text, files, voice, places and contact cards. */

import { record } from "./audio.js";
import { add, ask, h, toast } from "./dom.js";
import { fileSize, length, phone, preview } from "./format.js";
import { icon } from "./icons.js";
import { chooseKind } from "./kinds.js";
import { t } from "./strings.js";

const LONGEST_TEXT = 65536;

/**
 * The foot of a chat.
 * @param send posts a message's content, resolves when the simulator has it
 * @param upload stores a file, resolves with its id
 * @param known what ready-made messages point at
 */
export class Composer {
  constructor({ send, upload, business, known }) {
    this.post = send;
    this.known = known;
    this.upload = upload;
    this.business = business;
    this.quoted = null;
    this.drafts = new Map();
    this.text = h("textarea", {
      rows: 1,
      maxLength: LONGEST_TEXT,
      placeholder: t.message,
      "aria-label": t.message,
      "data-testid": "phone-composer",
      oninput: () => this.fit(),
      onkeydown: (event) => this.key(event),
      onpaste: (event) => this.paste(event),
    });
    this.picker = h("input", { type: "file", hidden: true, multiple: true, onchange: () => this.picked() });
    this.quote = h("div.answering", { hidden: true });
    this.menu = h("div.menu.attach", { hidden: true, role: "menu" }, this.choices());
    this.plus = h(
      "button.round",
      { type: "button", "aria-label": t.attach, "data-testid": "phone-attach", onclick: () => this.toggle() },
      icon("plus"),
    );
    this.button = h("button.round.send", { type: "button", onclick: () => this.press() });
    this.line = h("div.line", {}, this.plus, this.text, this.button);
    this.node = h("footer.composer", {}, this.quote, this.menu, this.line, this.picker);
    document.addEventListener("click", (event) => !this.node.contains(event.target) && this.toggle(false));
    this.fit();
  }

  choices() {
    const item = (name, label, run) =>
      h(
        "button",
        {
          type: "button",
          role: "menuitem",
          "data-testid": `phone-attach-${name}`,
          onclick: () => (this.toggle(false), run()),
        },
        icon(ICONS[name]),
        label,
      );
    return [
      item("media", t.photos, () => this.pick("image/*,video/*", "media")),
      item("document", t.document, () => this.pick("", "document")),
      item("audio", t.audio, () => this.pick("audio/*", "audio")),
      item("location", t.location, () => this.place()),
      item("sticker", t.sticker, () => this.pick("image/webp", "sticker")),
      item("contact", t.contact, () => this.card()),
      item("more", t.anyKind, () => this.anything()),
    ];
  }

  /** Another chat: keep this one's unsent text, and bring back the other's. */
  open(key) {
    if (this.key_) this.drafts.set(this.key_, this.text.value);
    this.key_ = key;
    this.text.value = this.drafts.get(key) ?? "";
    this.reply(null);
    this.toggle(false);
    this.fit();
  }

  focus() {
    if (matchMedia("(hover: hover)").matches) this.text.focus({ preventScroll: true });
  }

  toggle(open = this.menu.hidden) {
    this.menu.hidden = !open;
    this.plus.classList.toggle("open", open);
  }

  fit() {
    this.text.style.setProperty("height", "auto");
    this.text.style.setProperty("height", `${Math.min(this.text.scrollHeight, 140)}px`);
    const writing = Boolean(this.text.value.trim());
    if (this.writing === writing) return;
    this.writing = writing;
    this.button.replaceChildren(icon(writing ? "send" : "mic"));
    this.button.setAttribute("aria-label", writing ? t.send : t.record);
    this.button.setAttribute("data-testid", writing ? "phone-send" : "phone-record");
  }

  key(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      if (this.writing) this.press();
    } else if (event.key === "Escape") {
      this.reply(null);
    }
  }

  press() {
    return this.writing ? this.sendText() : this.speak();
  }

  async sendText() {
    const body = this.text.value.trim();
    this.text.value = "";
    this.fit();
    if (!(await this.send({ type: "text", text: { body } }))) {
      this.text.value = body;
      this.fit();
    }
    this.focus();
  }

  async send(content) {
    const context = this.quoted ? { context: { message_id: this.quoted.wamid } } : {};
    try {
      await this.post({ ...content, ...context });
      this.reply(null);
      return true;
    } catch (error) {
      toast(`${t.failedText}: ${error.message}`);
      return false;
    }
  }

  /** Answer this message with the next one, or with null none. */
  reply(message) {
    this.quoted = message;
    this.quote.hidden = !message;
    if (!message) return this.quote.replaceChildren();
    this.quote.replaceChildren(
      h(
        `div.quote${message.mine ? ".mine" : ""}`,
        {},
        h("b", {}, message.mine ? t.you : this.business()),
        h("span", {}, preview(message)),
      ),
      h(
        "button.round",
        { type: "button", "aria-label": t.cancel, onclick: () => this.reply(null) },
        icon("close"),
      ),
    );
    return this.focus();
  }

  pick(accept, kind) {
    this.kind = kind;
    this.picker.accept = accept;
    this.picker.value = "";
    this.picker.click();
  }

  picked() {
    this.offer([...this.picker.files], this.kind);
  }

  paste(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    this.offer(files, "media");
  }

  /** Show files before they go, one after the other, with a caption where there can be one. */
  async offer(files, kind) {
    for (const file of files) {
      const type = typeOf(file, kind);
      const caption = await this.confirm(file, type);
      if (caption !== null) await this.sendFile(file, type, caption);
    }
  }

  confirm(file, type) {
    const url = URL.createObjectURL(file);
    const view = {
      image: () => h("img", { src: url, alt: file.name }),
      sticker: () => h("img", { src: url, alt: file.name }),
      video: () => h("video", { src: url, controls: true }),
      audio: () => h("audio", { src: url, controls: true }),
      document: () =>
        h(
          "div.file",
          {},
          icon("file"),
          h("span.names", {}, h("b", {}, file.name), h("small", {}, fileSize(file.size))),
        ),
    }[type]();
    const field = h("input", {
      type: "text",
      name: "caption",
      maxLength: 1024,
      placeholder: t.caption,
      "aria-label": t.caption,
    });
    return ask((close) => {
      const submit = (event) => {
        event.preventDefault();
        close(field.value.trim());
      };
      return h(
        "form.preview",
        { onsubmit: submit },
        view,
        !["audio", "sticker"].includes(type) && field,
        h(
          "div.actions",
          {},
          h("button.ghost", { type: "button", onclick: () => close() }, t.cancel),
          h("button.primary", { type: "submit", "data-testid": "phone-file-send" }, t.send),
        ),
      );
    }).finally(() => URL.revokeObjectURL(url));
  }

  async sendFile(file, type, caption) {
    try {
      const { id } = await this.upload(file, file.name);
      const part = { id };
      if (caption && type !== "sticker") part.caption = caption;
      if (type === "document") part.filename = file.name;
      await this.send({ type, [type]: part });
    } catch (error) {
      toast(`${t.failedText}: ${error.message}`);
    }
  }

  async speak() {
    let recording;
    try {
      recording = await record();
    } catch {
      return toast(t.micDenied);
    }
    const clock = h("span", {}, "0:00");
    const began = performance.now();
    const timer = setInterval(() => (clock.textContent = length((performance.now() - began) / 1000)), 250);
    const end = async (wanted) => {
      clearInterval(timer);
      this.line.replaceChildren(this.plus, this.text, this.button);
      const sound = await (wanted ? recording.stop() : recording.cancel());
      if (wanted) await this.sendVoice(sound);
    };
    this.line.replaceChildren(
      h("button.round", { type: "button", "aria-label": t.cancel, onclick: () => end(false) }, icon("trash")),
      h("div.recording", {}, h("i"), clock, t.recording),
      h(
        "button.round.send",
        {
          type: "button",
          "aria-label": t.stop,
          "data-testid": "phone-record-send",
          onclick: () => end(true),
        },
        icon("send"),
      ),
    );
    return undefined;
  }

  async sendVoice(sound) {
    try {
      const { id } = await this.upload(sound, `voz.${sound.type.split("/")[1] ?? "ogg"}`);
      await this.send({ type: "audio", audio: { id, voice: true } });
    } catch (error) {
      toast(`${t.failedText}: ${error.message}`);
    }
  }

  async anything() {
    const content = await chooseKind(this.known());
    if (content) await this.send(content);
  }

  async place() {
    const place = await fill(t.location, [
      ["name", t.placeName, "MASP"],
      ["address", t.address, "Av. Paulista, 1578, São Paulo"],
      ["latitude", t.latitude, "-23.561414", { pattern: "-?\\d+(\\.\\d+)?", required: true }],
      ["longitude", t.longitude, "-46.655881", { pattern: "-?\\d+(\\.\\d+)?", required: true }],
    ]);
    if (!place) return;
    const location = { latitude: Number(place.latitude), longitude: Number(place.longitude) };
    for (const key of ["name", "address"]) if (place[key]) location[key] = place[key];
    this.send({ type: "location", location });
  }

  async card() {
    const card = await fill(t.contact, [
      ["name", t.name, "Rita Nogueira", { required: true }],
      ["phone", t.phone, "+55 81 98888-1234", { required: true, type: "tel" }],
    ]);
    if (!card) return;
    const digits = card.phone.replace(/\D/g, "");
    const name = { formatted_name: card.name, first_name: card.name.split(" ")[0] };
    this.send({
      type: "contacts",
      contacts: [{ name, phones: [{ phone: phone(digits), wa_id: digits, type: "CELL" }] }],
    });
  }
}

const ICONS = {
  media: "image",
  document: "file",
  audio: "audio",
  sticker: "image",
  location: "pin",
  contact: "person",
  more: "list",
};

function typeOf(file, kind) {
  if (kind === "document" || kind === "sticker") return kind;
  const type = file.type.split("/")[0];
  return ["image", "video", "audio"].includes(type) && file.type !== "image/webp" ? type : "document";
}

/** A small form in a dialog; resolves with its values, or null. */
export function fill(title, fields, button = t.send) {
  return ask((close) => {
    const inputs = fields.map(([name, label, value, more]) =>
      h(
        "label.field",
        {},
        h("span", {}, label),
        h("input", { name, value: value ?? "", autocomplete: "off", ...more }),
      ),
    );
    const form = h(
      "form",
      {
        onsubmit: (event) => {
          event.preventDefault();
          close(Object.fromEntries(new FormData(form)));
        },
      },
      h("h2", {}, title),
    );
    return add(form, [
      inputs,
      h(
        "div.actions",
        {},
        h("button.ghost", { type: "button", onclick: () => close() }, t.cancel),
        h("button.primary", { type: "submit", "data-testid": "dialog-ok" }, button),
      ),
    ]);
  });
}
