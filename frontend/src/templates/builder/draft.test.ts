import { expect, it } from "vitest";
import { asName, componentsOf, draftOf, emptyDraft, moved, newCard, nextVariable, withFormat } from "./draft";
import { difference, saidBy } from "../versions";
import { shownWithSamples } from "../samples";

const OFFER = [
  { type: "HEADER", format: "IMAGE", example: { media_id: "m1" } },
  { type: "LIMITED_TIME_OFFER", limited_time_offer: { text: "Só hoje", has_expiration: true } },
  { type: "BODY", text: "Oi {{1}}, tudo pela metade.", example: { body_text: [["Ana"]] } },
  {
    type: "BUTTONS",
    buttons: [
      { type: "COPY_CODE", example: "METADE" },
      { type: "URL", text: "Ver", url: "https://x.test/{{1}}", example: ["https://x.test/a"] },
    ],
  },
];
const CARD = {
  components: [
    { type: "HEADER", format: "IMAGE", example: { media_id: "m2" } },
    { type: "BODY", text: "Pão de {{1}} novo", example: { body_text: [["mel"]] } },
    { type: "BUTTONS", buttons: [{ type: "QUICK_REPLY", text: "Quero" }] },
  ],
};
const CAROUSEL = [
  { type: "BODY", text: "Veja as novidades" },
  { type: "CAROUSEL", cards: [CARD, CARD] },
];
const CODE = [
  { type: "BODY", add_security_recommendation: true },
  { type: "FOOTER", code_expiration_minutes: 5 },
  { type: "BUTTONS", buttons: [{ type: "OTP", otp_type: "COPY_CODE", text: "Copiar" }] },
];
const NAMED = [
  {
    type: "HEADER",
    format: "TEXT",
    text: "Pedido {{code}}",
    example: { header_text_named_params: [{ param_name: "code", example: "A-1" }] },
  },
  {
    type: "BODY",
    text: "Oi {{name}}, chegou.",
    example: { body_text_named_params: [{ param_name: "name", example: "Ana" }] },
  },
  { type: "FOOTER", text: "Padaria" },
];

it.each([
  ["an offer", "MARKETING", "POSITIONAL", OFFER],
  ["a carousel", "MARKETING", "POSITIONAL", CAROUSEL],
  ["a one-time password", "AUTHENTICATION", "POSITIONAL", CODE],
  ["named variables", "UTILITY", "NAMED", NAMED],
])("%s comes out of the form as it went in", (_, category, parameter_format, components) => {
  const written = { name: "x", language: "pt_BR", category, parameter_format, components };
  expect(componentsOf(draftOf(written))).toEqual(components);
});

it("variables are renamed together with their samples", () => {
  const written = {
    name: "x",
    language: "en",
    category: "UTILITY",
    parameter_format: "NAMED",
    components: NAMED,
  };
  const numbered = withFormat(draftOf(written), "POSITIONAL");
  expect(numbered.body).toEqual({ text: "Oi {{1}}, chegou.", samples: { 1: "Ana" } });
  expect(withFormat(numbered, "NAMED").body.text).toBe("Oi {{value_1}}, chegou.");
  expect(nextVariable("Oi {{1}} e {{2}}", "POSITIONAL")).toBe("3");
  expect(nextVariable("Oi {{value_2}}", "NAMED")).toBe("value_3");
});

it("the preview has the samples in their places, and the files of cards", () => {
  const shown = shownWithSamples(OFFER, "pt_BR");
  expect(shown.body).toBe("Oi Ana, tudo pela metade.");
  expect(shown.file?.mediaId).toBe("m1");
  expect(shown.buttons.map(({ detail }) => detail)).toEqual(["", "https://x.test/a"]);
  const [card] = shownWithSamples(CAROUSEL, "pt_BR").cards;
  expect(shownWithSamples(CODE, "pt_BR").body).toContain("*123456*");
  expect(shownWithSamples(CODE, "en_US").footer).toBe("This code expires in 5 minutes.");
  expect([card?.body, card?.file?.mediaId]).toEqual(["Pão de mel novo", "m2"]);
});

it("cards are made alike, names as Meta takes them", () => {
  const [first] = draftOf({
    name: "",
    language: "",
    category: "",
    parameter_format: "",
    components: CAROUSEL,
  }).cards;
  expect(newCard(first).buttons[0]?.values).toEqual({ type: "QUICK_REPLY", text: "" });
  expect(asName("Promoção de Verão!")).toBe("promocao_de_verao_");
  expect(moved(["a", "b", "c"], 2, 0)).toEqual(["c", "a", "b"]);
  expect(componentsOf(emptyDraft("en"))).toEqual([{ type: "BODY", text: "" }]);
});

it("a version shows what came and what went", () => {
  const before = saidBy([{ type: "BODY", text: "Oi\nTchau" }]);
  const after = saidBy([{ type: "BODY", text: "Oi\nAté logo" }, ...OFFER.slice(3)]);
  expect(difference(before, after).map(({ change, words }) => [change, words])).toEqual([
    ["same", "Oi"],
    ["removed", "Tchau"],
    ["added", "Até logo"],
    ["added", "[COPY_CODE]"],
    ["added", "[Ver] https://x.test/{{1}}"],
  ]);
});
