import { describe, expect, it } from "vitest";
import type { Template, TemplateParameter } from "@/api/templates";
import {
  EMPTY,
  asked,
  isFilled,
  isForPeople,
  keyOf,
  preview,
  templatePart,
  type FieldValue,
} from "./templateSend";

function parameter(change: Partial<TemplateParameter>): TemplateParameter {
  return {
    component: "body",
    type: "text",
    name: "1",
    sub_type: "",
    index: null,
    card: null,
    required: true,
    example: "",
    label: "",
    ...change,
  };
}

function template(change: Partial<Template>): Template {
  return {
    id: "t",
    name: "pedido",
    language: "pt_BR",
    parameter_format: "POSITIONAL",
    components: [],
    parameters: [],
    ...change,
  } as Template;
}

const said = (text: string): FieldValue => ({ ...EMPTY, text });
const IMAGE = parameter({ component: "header", type: "image", name: "" });
const FIRST = parameter({});
const SECOND = parameter({ name: "2" });
const SUFFIX = parameter({ component: "button", sub_type: "url", index: 1, label: "Rastrear" });
const ORDER = template({
  components: [
    { type: "HEADER", format: "IMAGE" },
    { type: "BODY", text: "Olá {{1}}, o pedido {{2}} saiu." },
    { type: "FOOTER", text: "Padaria" },
    {
      type: "BUTTONS",
      buttons: [
        { type: "QUICK_REPLY", text: "Ok" },
        { type: "URL", text: "Rastrear", url: "https://a.test/{{1}}" },
      ],
    },
  ],
  parameters: [
    IMAGE,
    FIRST,
    SECOND,
    SUFFIX,
    parameter({ component: "button", type: "payload", required: false }),
  ],
});
const VALUES = {
  [keyOf(IMAGE)]: { ...EMPTY, file: { id: "m", name: "a.png" } },
  [keyOf(FIRST)]: said(" Ana "),
  [keyOf(SECOND)]: said("A1"),
  [keyOf(SUFFIX)]: said("A1?x"),
};

describe("a template that is filled in", () => {
  it("becomes one component for each place, values in order, and leaves out what is not asked for", () => {
    expect(templatePart(ORDER, VALUES)).toEqual({
      template_id: "t",
      components: [
        { type: "header", parameters: [{ type: "image", image: { media_id: "m" } }] },
        {
          type: "body",
          parameters: [
            { type: "text", text: "Ana" },
            { type: "text", text: "A1" },
          ],
        },
        { type: "button", sub_type: "url", index: 1, parameters: [{ type: "text", text: "A1?x" }] },
      ],
    });
  });

  it("names its values where the template does, and puts those of cards into their cards", () => {
    const name = parameter({ name: "first_name" });
    const ofCard = parameter({ card: 1 });
    const carousel = template({
      parameter_format: "NAMED",
      components: [{ type: "CAROUSEL", cards: [{ components: [] }, { components: [] }] }],
      parameters: [name, ofCard],
    });
    const part = templatePart(carousel, { [keyOf(name)]: said("Ana"), [keyOf(ofCard)]: said("B") });
    expect(part.components).toEqual([
      { type: "body", parameters: [{ type: "text", text: "Ana", parameter_name: "first_name" }] },
      {
        type: "carousel",
        cards: [
          { card_index: 0, components: [] },
          {
            card_index: 1,
            components: [{ type: "body", parameters: [{ type: "text", text: "B", parameter_name: "1" }] }],
          },
        ],
      },
    ]);
  });

  it("is previewed with what is there, and shows what is still missing", () => {
    const shown = preview(ORDER, {
      [keyOf(FIRST)]: said("Ana"),
      [keyOf(IMAGE)]: VALUES[keyOf(IMAGE)] ?? EMPTY,
    });
    expect(shown.body).toBe("Olá Ana, o pedido {{2}} saiu.");
    expect(shown.file).toEqual({ kind: "image", mediaId: "m", link: null, name: "a.png" });
    expect(shown.buttons.map(({ kind, label }) => [kind, label])).toEqual([
      ["reply", "Ok"],
      ["link", "Rastrear"],
    ]);
  });

  it("is ready when everything asked for is there, and left to programs where people can't fill it in", () => {
    const place = parameter({ component: "header", type: "location" });
    expect(isFilled(place, { ...EMPTY, latitude: "-23.5", longitude: "200" })).toBe(false);
    expect(isFilled(place, { ...EMPTY, latitude: "-23.5", longitude: "-46.6" })).toBe(true);
    expect(isFilled(FIRST, said("  "))).toBe(false);
    expect(asked(ORDER)).toHaveLength(4);
    expect(isForPeople(ORDER)).toBe(true);
    expect(isForPeople(template({ parameters: [parameter({ component: "button", type: "action" })] }))).toBe(
      false,
    );
  });
});
