import { expect, it } from "vitest";
import { flowMessage, isWebAddress, linkMessage, NO_WORDS, productsOf, shopMessage } from "./interactive";

const SAID = { ...NO_WORDS, body: " Veja " };

it("leaves out what was not filled in", () => {
  expect(linkMessage(SAID, "Abrir", " https://a.test ").interactive).toEqual({
    kind: "cta_url",
    body: "Veja",
    display_text: "Abrir",
    url: "https://a.test",
  });
  expect(["https://a.test", "a.test", "ftp://a.test", "https://"].map(isWebAddress)).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

it("names a form by its id or by its name", () => {
  expect(flowMessage(SAID, "Ir", "123", "").interactive).toMatchObject({ flow_id: "123" });
  expect(flowMessage(SAID, "Ir", "cadastro", "A").interactive).toMatchObject({
    flow_name: "cadastro",
    flow_action_payload: { screen: "A" },
  });
});

it.each([
  ["", "", "catalog_message"],
  ["", "sku1", "catalog_message"],
  ["9", "sku1", "product"],
  ["9", "sku1, sku2\nsku1", "product_list"],
])("offers of catalog %j the products %j as %s", (catalog, names, kind) => {
  expect(shopMessage({ ...SAID, header: "Doces" }, catalog, productsOf(names)).interactive).toMatchObject({
    kind,
  });
});
