/** Times, names and WhatsApp's little markup, as nodes and texts. */

import { h } from "./dom.js";
import { locale, t } from "./strings.js";

const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
const seconds = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric" });
const weekday = new Intl.DateTimeFormat(locale, { weekday: "long" });
const short = new Intl.DateTimeFormat(locale, { day: "2-digit", month: "2-digit", year: "2-digit" });

export const time = (at) => clock.format(at * 1000);
export const exactTime = (at) => seconds.format(at * 1000);

const midnight = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();

function daysAgo(at, now) {
  return Math.round((midnight(new Date(now * 1000)) - midnight(new Date(at * 1000))) / 86400000);
}

/** "Today", "Yesterday", a weekday, or the date. */
export function dayName(at, now) {
  const ago = daysAgo(at, now);
  if (ago <= 0) return t.today;
  if (ago === 1) return t.yesterday;
  return ago < 7 ? weekday.format(at * 1000) : day.format(at * 1000);
}

/** The time today, "yesterday", or the date: for the list of people. */
export function shortTime(at, now) {
  const ago = daysAgo(at, now);
  if (ago <= 0) return time(at);
  return ago === 1 ? t.yesterday : short.format(at * 1000);
}

export function fileSize(bytes) {
  const units = ["B", "KB", "MB"];
  const power = Math.min(2, Math.floor(Math.log(Math.max(bytes, 1)) / Math.log(1024)));
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: power ? 1 : 0 });
  return `${number.format(bytes / 1024 ** power)} ${units[power]}`;
}

export function length(total) {
  const whole = Number.isFinite(total) ? Math.round(total) : 0;
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** `+55 11 98765-4321` of `5511987654321`; other countries get their digits in one group. */
export function phone(digits) {
  const brazil = /^55(\d{2})(\d{4,5})(\d{4})$/.exec(digits);
  if (brazil) return `+55 ${brazil[1]} ${brazil[2]}-${brazil[3]}`;
  return /^\d+$/.test(digits) ? `+${digits}` : digits;
}

export function initials(name) {
  const words = name.trim().split(/\s+/);
  return ((words[0]?.[0] ?? "?") + (words.length > 1 ? words.at(-1)[0] : "")).toUpperCase();
}

const HUES = [4, 28, 150, 172, 200, 222, 262, 290, 330];

/** A round picture made of a name. */
export function avatar(name, className = "") {
  let sum = 2166136261;
  for (const letter of name) sum = Math.imul(sum ^ letter.codePointAt(0), 16777619);
  const vars = { "--hue": HUES[((sum >>> 13) ^ (sum >>> 3)) % HUES.length] };
  return h(`span.avatar${className ? `.${className}` : ""}`, { vars, "aria-hidden": "true" }, initials(name));
}

const MARKUP =
  /```([^`]+)```|`([^`\n]+)`|(^|[\s(["'])([*_~])(?=\S)(.+?)(?<=\S)\4(?=$|[\s).,!?:;"'\]])|(https?:\/\/[^\s<>"]+)/gms;

/** A text with *bold*, _italic_, ~strike~, `mono` and links, as WhatsApp draws it. */
export function rich(text) {
  const nodes = [];
  let last = 0;
  for (const found of text.matchAll(MARKUP)) {
    const [whole, block, mono, before, mark, inside, link] = found;
    nodes.push(text.slice(last, found.index) + (before ?? ""));
    if (block ?? mono) nodes.push(h("code", {}, block ?? mono));
    else if (mark) nodes.push(h({ "*": "strong", _: "em", "~": "s" }[mark], {}, rich(inside)));
    else nodes.push(anchor(link));
    last = found.index + whole.length;
  }
  nodes.push(text.slice(last));
  return nodes;
}

function anchor(link) {
  return h("a", { href: link, target: "_blank", rel: "noopener noreferrer" }, link);
}

const ONLY_EMOJI =
  /^(?:\p{Extended_Pictographic}(?:\ufe0f|\p{Emoji_Modifier}|\u200d\p{Extended_Pictographic})*\s*){1,3}$/u;

export const onlyEmoji = (text) => ONLY_EMOJI.test(text.trim());

/** One line that says what a message is. */
export function preview({ type, content, revoked }) {
  if (revoked) return t.revoked;
  const part = content[type] ?? {};
  const named = {
    text: () => part.body,
    image: () => `📷 ${part.caption || t.photo}`,
    video: () => `🎥 ${part.caption || t.video}`,
    audio: () => `🎤 ${part.voice ? t.voice : t.audio}`,
    document: () => `📄 ${part.filename || part.caption || t.document}`,
    sticker: () => `${t.sticker}`,
    location: () => `📍 ${part.name || t.location}`,
    contacts: () => `👤 ${part[0]?.name?.formatted_name ?? t.contact}`,
    interactive: () => part.body?.text ?? part.button_reply?.title ?? part.list_reply?.title,
    button: () => part.text,
    template: () => `${t.template}: ${part.name}`,
    order: () => `🛒 ${t.order}`,
  }[type];
  return named?.() || t.unsupported;
}
