/** The page: people on the left, a phone in the middle, the backstage on the right. */

import { api } from "./api.js";
import { Chat } from "./chat.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { Panel } from "./panel.js";
import { People } from "./people.js";
import { locale, t } from "./strings.js";

const app = document.getElementById("app");
const stage = document.getElementById("stage");
const wide = matchMedia("(min-width: 760px)");

document.documentElement.lang = locale;
document.title = t.title;

let state = null;
let number = null;

const view = (name) => (app.dataset.view = name);
const togglePanel = () => {
  const open = app.dataset.panel !== "open";
  if (open) app.dataset.panel = "open";
  else delete app.dataset.panel;
  if (open && state) panel.refresh(state, number);
};

const chat = new Chat({ back: goBack });
const people = new People(document.getElementById("people"), { open, panel: togglePanel, choose });
const panel = new Panel(document.getElementById("panel"), { close: togglePanel, wiped });

function goBack() {
  view("people");
  people.select(null);
  history.replaceState(null, "", location.pathname);
}

function placeholder(title, hint) {
  stage.replaceChildren(h("section.welcome", {}, icon("people"), h("h2", {}, title), h("p", {}, hint)));
}

/** Take a customer's phone in hand. The address remembers it. */
async function open(customer) {
  if (!number) return;
  if (!stage.contains(chat.node)) stage.replaceChildren(chat.node);
  view("chat");
  people.select(customer);
  history.replaceState(null, "", `#${customer.phone}`);
  await chat.open(number, customer);
  await people.refresh(number);
}

function choose(phoneNumberId) {
  number = state.numbers.find((one) => one.phone_number_id === phoneNumberId) ?? null;
  return people.refresh(number).then(() => (chat.customer ? chat.open(number, chat.customer) : null));
}

async function wiped() {
  await refreshState();
  if (chat.customer && number) await chat.open(number, chat.customer);
}

/** Numbers, switches and counts; a number that has just been set up makes the page usable. */
async function refreshState() {
  state = await api.state();
  const had = number;
  number =
    state.numbers.find((one) => one.phone_number_id === number?.phone_number_id) ?? state.numbers[0] ?? null;
  people.setNumbers(state.numbers, number);
  await panel.refresh(state, number);
  if (!number) {
    placeholder(t.noNumber, t.noNumberHint);
    return;
  }
  if (chat.number) chat.number = number;
  if (!had) await begin();
}

async function begin() {
  await people.refresh(number);
  const named = location.hash.slice(1);
  const first = people.all.find((one) => one.phone === named) ?? (wide.matches ? people.all[0] : null);
  if (first) await open(first);
  else placeholder(t.pickSomeone, t.pickHint);
}

/** Runs `work` now, or once more after the running one: never twice at a time, never too often. */
function calmly(work, pause) {
  let running = false;
  let again = false;
  return async function run() {
    if (running) {
      again = true;
      return;
    }
    running = true;
    let rest = pause;
    try {
      await work();
    } catch (error) {
      // The simulator is gone for the moment, or busy.
      console.warn(error);
      rest = 1000;
      again = true;
    }
    setTimeout(() => {
      running = false;
      if (again) {
        again = false;
        run();
      }
    }, rest);
  };
}

const freshState = calmly(refreshState, 700);
const freshPeople = calmly(() => number && people.refresh(number), 250);
const freshChat = calmly(() => chat.refresh(), 60);

function hear(event) {
  const hint = JSON.parse(event.data);
  const open_ = (id, peer) => id === chat.number?.phone_number_id && peer === chat.customer?.phone;
  if (hint.all || hint.chats.some(([id, peer]) => open_(id, peer))) freshChat();
  if (hint.all || hint.chats.length) freshPeople();
  if (hint.panel || hint.all || hint.chats.length) freshState();
  for (const [id, peer, seconds] of hint.typing) if (open_(id, peer)) chat.typing(seconds);
}

const events = new EventSource("/phone/events");
events.addEventListener("message", hear);
events.addEventListener("open", () => {
  freshState();
  freshPeople();
  freshChat();
});
