/** Backstage: the switches, the last webhooks and what the business sent. */

import { api } from "./api.js";
import { ask, h, Keyed, toast } from "./dom.js";
import { exactTime, phone, preview } from "./format.js";
import { icon, ticks } from "./icons.js";
import { t } from "./strings.js";

const PACES = {
  instant: { sent_delay: [0, 0], delivered_delay: [0, 0], read_delay: [0, 0] },
  fast: { sent_delay: [0.05, 0.2], delivered_delay: [0.1, 0.5], read_delay: [0.2, 1] },
  real: { sent_delay: null, delivered_delay: null, read_delay: null },
};

export class Panel {
  /** @param close hides the panel on narrow screens; `wiped` is called after everything was erased */
  constructor(node, { close, wiped }) {
    this.wiped = wiped;
    this.tab = "switches";
    this.status = h("div.connection");
    this.figures = h("div.figures");
    this.body = h("div.body");
    this.deliveries = new Keyed(h("div.rows"));
    this.ledger = new Keyed(h("div.rows"));
    this.tabs = h("div.tabs", { role: "tablist" });
    node.replaceChildren(
      h(
        "header.listhead",
        {},
        h("div.names", {}, h("h1", {}, t.panel), this.status),
        h("button.round.shut", { type: "button", "aria-label": t.back, onclick: close }, icon("close")),
      ),
      this.figures,
      this.tabs,
      this.body,
    );
    this.drawTabs();
  }

  drawTabs() {
    const tab = (name, label) =>
      h(
        "button",
        {
          type: "button",
          role: "tab",
          "data-testid": `tab-${name}`,
          "aria-selected": String(this.tab === name),
          onclick: () => this.choose(name),
        },
        label,
      );
    this.tabs.replaceChildren(
      tab("switches", t.switches),
      tab("webhooks", t.webhooks),
      tab("ledger", t.sentTab),
    );
  }

  choose(name) {
    this.tab = name;
    this.drawTabs();
    this.shown = null;
    this.refresh(this.state, this.number);
  }

  /** Show the simulator's state, and what the open tab needs besides. */
  async refresh(state, number) {
    [this.state, this.number] = [state, number];
    this.summary();
    if (this.tab === "switches") this.drawSwitches();
    else if (this.tab === "webhooks") await this.drawDeliveries();
    else await this.drawLedger();
  }

  summary() {
    const { webhooks, messages } = this.state;
    const good = this.number?.verified;
    this.status.replaceChildren(
      ...(this.number
        ? [
            h(`i.dot${good ? ".good" : ""}`),
            h("small", { title: this.number.webhook_url }, good ? t.connected : t.notConnected),
          ]
        : []),
    );
    const figure = (value, label, bad) =>
      h(`div${bad && value ? ".bad" : ""}`, {}, h("b", {}, value), h("small", {}, label));
    this.figures.replaceChildren(
      figure(messages.inbound, t.received),
      figure(messages.outbound, t.accepted),
      figure(webhooks.delivered, t.delivered),
      figure(webhooks.pending, t.pending),
      figure(webhooks.failed_attempts, t.failed, true),
    );
  }

  /** Redrawn only when something else than the own hand has changed them. */
  drawSwitches() {
    const print = JSON.stringify([this.state.switches, this.state.clock.offset]);
    if (this.shown === print) return;
    this.shown = print;
    const s = this.state.switches;
    this.body.replaceChildren(
      group(
        t.trouble,
        this.range("duplicates", t.duplicates, s.duplicates * 100, { max: 100, step: 5, unit: "%" }, (v) => ({
          duplicates: v / 100,
        })),
        this.range("disorder", t.disorder, s.disorder * 100, { max: 100, step: 5, unit: "%" }, (v) => ({
          disorder: v / 100,
        })),
        this.range("delay", t.delay, s.delay_ms / 1000, { max: 30, step: 0.5, unit: " s" }, (v) => ({
          delay_ms: Math.round(v * 1000),
        })),
        this.toggle("outage", t.outage, s.outage, t.outageHint),
        this.toggle("graph_outage", t.graphOutage, s.graph_outage, t.graphOutageHint),
        this.select("signature", t.signature, s.signature, {
          good: t.good,
          wrong: t.wrong,
          missing: t.missing,
        }),
        this.select(
          "batch",
          t.batch,
          String(s.batch),
          { 1: "1", 10: "10", 100: "100", 1000: "1000" },
          Number,
        ),
      ),
      group(
        t.life,
        this.pace(s),
        this.toggle("statuses", t.statuses, s.statuses),
        this.toggle("delivered", t.offline, !s.delivered, t.offlineHint, (on) => !on),
        this.toggle("read", t.autoRead, s.read, t.autoReadHint),
      ),
      group(
        t.rules,
        this.select("enforce_window", t.window, s.enforce_window, {
          customers: t.windowCustomers,
          all: t.windowAll,
          off: t.windowOff,
        }),
        this.toggle("pair_limit", t.pair, s.pair_limit),
        this.toggle("escalation_partner", t.escalation, s.escalation_partner, t.escalationHint),
        this.toggle("throughput", t.unlimited, s.throughput === 0, "", (on) => (on ? 0 : null)),
        this.toggle("magic", t.magic, s.magic),
        this.clock(),
      ),
      h(
        "details.magic",
        {},
        h("summary", {}, t.magicTitle),
        h(
          "dl",
          {},
          t.magicRows.map(([trigger, effect]) => [h("dt", {}, trigger), h("dd", {}, effect)]),
        ),
      ),
      h(
        "button.danger",
        { type: "button", "data-testid": "reset", title: t.resetHint, onclick: () => this.reset() },
        icon("trash"),
        t.reset,
      ),
    );
  }

  async set(changes) {
    try {
      this.state.switches = await api.switches(changes);
      this.shown = JSON.stringify([this.state.switches, this.state.clock.offset]);
    } catch (error) {
      this.shown = null;
      toast(error.message);
    }
  }

  toggle(name, label, on, hint = "", valueOf = (checked) => checked) {
    const box = h("input", {
      type: "checkbox",
      role: "switch",
      checked: on,
      "data-testid": `switch-${name}`,
      onchange: () => this.set({ [name]: valueOf(box.checked) }),
    });
    return h("label.item", {}, h("span.names", {}, h("span", {}, label), hint && h("small", {}, hint)), box);
  }

  range(name, label, value, { max, step, unit }, change) {
    const shown = h("output", {}, `${value}${unit}`);
    const slider = h("input", {
      type: "range",
      min: 0,
      max,
      step,
      value,
      "data-testid": `switch-${name}`,
      oninput: () => (shown.textContent = `${slider.value}${unit}`),
      onchange: () => this.set(change(Number(slider.value))),
    });
    slider.value = String(value);
    return h("label.item.range", {}, h("span", {}, label), shown, slider);
  }

  select(name, label, value, options, valueOf = (text) => text) {
    const box = h(
      "select",
      { "data-testid": `switch-${name}`, onchange: () => this.set({ [name]: valueOf(box.value) }) },
      Object.entries(options).map(([key, text]) =>
        h("option", { value: key, selected: key === value }, text),
      ),
    );
    return h("label.item", {}, h("span", {}, label), box);
  }

  pace(switches) {
    const now = switches.delivered_delay[1];
    const chosen = now === 0 ? "instant" : now <= 0.5 ? "fast" : "real";
    const button = (name, label) =>
      h(
        "button",
        {
          type: "button",
          "aria-pressed": String(name === chosen),
          "data-testid": `pace-${name}`,
          onclick: async () => {
            await this.set(PACES[name]);
            this.shown = null;
            this.drawSwitches();
          },
        },
        label,
      );
    return h(
      "div.item",
      {},
      h("span", {}, t.speed),
      h("div.segments", {}, button("instant", t.instant), button("fast", t.fast), button("real", t.real)),
    );
  }

  clock() {
    const { offset } = this.state.clock;
    const hours = Math.round((offset / 3600) * 10) / 10;
    const move = (change) => async () => {
      this.state.clock = await api.clock(change);
      this.shown = null;
      this.drawSwitches();
    };
    return h(
      "div.item",
      {},
      h(
        "span.names",
        {},
        h("span", {}, t.clock),
        h("small", {}, offset ? `${t.clockNow} ${hours} h ${t.ahead}` : `${t.clockNow} ${t.onTime}`),
      ),
      h(
        "div.segments",
        {},
        h("button", { type: "button", onclick: move({ advance: 3600 }) }, "+1 h"),
        h("button", { type: "button", onclick: move({ advance: 86400 }) }, "+24 h"),
        h("button", { type: "button", "aria-label": t.onTime, onclick: move({ offset: 0 }) }, icon("clock")),
      ),
    );
  }

  async reset() {
    const sure = await ask((close) => [
      h("h2", {}, t.reset),
      h("p", {}, t.resetSure),
      h(
        "div.actions",
        {},
        h("button.ghost", { type: "button", onclick: () => close() }, t.cancel),
        h("button.primary.danger", { type: "button", onclick: () => close(true) }, t.reset),
      ),
    ]);
    if (!sure) return;
    await api.reset();
    this.shown = null;
    this.wiped();
  }

  async drawDeliveries() {
    const { deliveries } = await api.deliveries();
    const items = deliveries.map((one) => ({
      ...one,
      key: `${one.at}/${one.to}/${one.what}/${one.attempt}`,
    }));
    this.deliveries.show(items, (one) => one.key, delivery);
    this.body.replaceChildren(items.length ? this.deliveries.parent : h("p.nothing", {}, t.noDeliveries));
  }

  async drawLedger() {
    const { messages } = this.number ? await api.ledger(this.number.phone_number_id) : { messages: [] };
    this.ledger.show(messages, (one) => one.wamid, sent);
    this.body.replaceChildren(messages.length ? this.ledger.parent : h("p.nothing", {}, t.noLedger));
  }
}

function group(title, ...items) {
  return h("fieldset", {}, h("legend", {}, title), items);
}

function delivery(one) {
  const good = one.status === 200;
  return h(
    "div.entry",
    { "data-testid": "delivery", title: one.error },
    h(`span.code${good ? ".good" : ".bad"}`, {}, one.status ?? "—"),
    h(
      "span.names",
      {},
      h("b", {}, one.what),
      h("small", {}, one.to ? phone(one.to) : one.phone_number_id, one.error && ` · ${one.error}`),
    ),
    h(
      "span.right",
      {},
      h("time", {}, exactTime(one.at)),
      h("small", {}, one.attempt > 1 ? `${one.attempt}ª ${t.attempt}` : `${one.ms} ms`),
    ),
  );
}

function sent(one) {
  const last = one.statuses.at(-1);
  const failed = one.statuses.find((status) => status.code);
  const names = { sent: t.sent, delivered: t.deliveredTick, read: t.read };
  return h(
    "div.entry",
    { "data-testid": "ledger-entry", title: one.wamid },
    failed
      ? h("span.code.bad", {}, failed.code)
      : last
        ? ticks(last.status === "played" ? "read" : last.status, names[last.status] ?? last.status)
        : icon("clock"),
    h(
      "span.names",
      {},
      h("b", {}, preview({ type: one.type, content: one.body })),
      h("small", {}, phone(one.customer), one.opaque && ` · ${one.opaque}`),
    ),
    h("span.right", {}, h("time", {}, exactTime(one.accepted_at)), h("small", {}, one.type)),
  );
}
