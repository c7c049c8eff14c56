/** The list of customers, each with a phone of their own. */

import { api } from "./api.js";
import { fill } from "./composer.js";
import { h, Keyed, toast } from "./dom.js";
import { avatar, phone, preview, shortTime } from "./format.js";
import { icon } from "./icons.js";
import { t } from "./strings.js";

export class People {
  /** @param open called with a customer; `panel` opens the backstage */
  constructor(node, { open, panel, choose }) {
    this.open = open;
    this.all = [];
    this.selected = null;
    this.numbers = h("select", {
      "aria-label": t.number,
      "data-testid": "phone-number",
      onchange: () => choose(this.numbers.value),
    });
    this.business = h("div.business", { hidden: true }, h("span", {}, t.number), this.numbers);
    this.search = h("input", {
      type: "search",
      placeholder: t.search,
      "aria-label": t.search,
      oninput: () => this.show(),
    });
    this.list = h("div.list");
    this.keyed = new Keyed(this.list);
    node.replaceChildren(
      h(
        "header.listhead",
        {},
        h("div.names", {}, h("h1", {}, t.people), h("small", {}, t.peopleHint)),
        h(
          "button.round",
          {
            type: "button",
            "aria-label": t.newCustomer,
            title: t.newCustomer,
            "data-testid": "customer-new",
            onclick: () => this.create(),
          },
          icon("plus"),
        ),
        h(
          "button.round.topanel",
          {
            type: "button",
            "aria-label": t.panel,
            title: t.panel,
            "data-testid": "open-panel",
            onclick: panel,
          },
          icon("panel"),
        ),
      ),
      this.business,
      h("label.search", {}, icon("search"), this.search),
      this.list,
    );
  }

  /** The numbers to choose from; one alone needs no choice. */
  setNumbers(numbers, chosen) {
    this.business.hidden = numbers.length < 2;
    this.numbers.replaceChildren(
      ...numbers.map((one) =>
        h(
          "option",
          { value: one.phone_number_id, selected: one === chosen },
          `${one.verified_name || ""} ${one.display_phone_number}`.trim(),
        ),
      ),
    );
  }

  async refresh(number) {
    this.all = (await api.people(number.phone_number_id)).people;
    this.show();
  }

  select(customer) {
    this.selected = customer?.phone ?? null;
    this.show();
  }

  show() {
    const wanted = this.search.value.trim().toLocaleLowerCase();
    const digits = wanted.replace(/\D/g, "");
    const found = this.all.filter(
      (one) =>
        !wanted || one.name.toLocaleLowerCase().includes(wanted) || (digits && one.phone.includes(digits)),
    );
    const items = found.map((one) => ({ ...one, chosen: one.phone === this.selected }));
    this.keyed.show(
      items.length ? items : [{ phone: "", nobody: true }],
      (one) => one.phone,
      (one) => (one.nobody ? h("p.nothing", {}, t.nobody) : this.draw(one)),
    );
  }

  draw(one) {
    const now = Date.now() / 1000;
    return h(
      `button.person${one.chosen ? ".chosen" : ""}`,
      {
        type: "button",
        "data-testid": "customer",
        "data-phone": one.phone,
        "aria-current": one.chosen ? "true" : null,
        onclick: () => this.open(one),
      },
      avatar(one.name),
      h(
        "span.names",
        {},
        h("span.first", {}, h("b", {}, one.name), one.last && h("time", {}, shortTime(one.last.at, now))),
        h(
          "span.second",
          {},
          h("span.line", {}, one.last ? preview(one.last) : phone(one.phone)),
          one.unread > 0 && h("span.badge", { "data-testid": "customer-unread" }, one.unread),
        ),
      ),
    );
  }

  async create() {
    const made = await fill(
      t.newCustomer,
      [
        ["name", t.name, "", { required: true, autofocus: true }],
        ["phone", t.phone, "+55 ", { required: true, type: "tel" }],
      ],
      t.add,
    );
    if (!made) return;
    try {
      const customer = await api.addCustomer(made);
      this.search.value = "";
      this.open(customer);
    } catch (error) {
      toast(`${t.failedText}: ${error.message}`);
    }
  }
}
