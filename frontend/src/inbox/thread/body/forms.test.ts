import { describe, expect, it } from "vitest";
import { isOffered, shownOfInteractive, shownOfTemplate } from "./forms";

describe("what we offer to tap", () => {
  it("shows each kind's button, its file and its options", () => {
    const shown = shownOfInteractive({
      kind: "list",
      header: { type: "text", text: "Pães" },
      body: "Qual?",
      button: "Ver",
      sections: [{ title: "Hoje", rows: [{ id: "a", title: "Francês", description: "quente" }] }],
    });
    expect(shown.header).toBe("Pães");
    expect(shown.buttons).toEqual([{ kind: "list", label: "Ver", detail: "" }]);
    expect(shown.sections).toEqual([{ title: "Hoje", rows: [{ title: "Francês", description: "quente" }] }]);
    const kinds = [
      "flow",
      "product",
      "location_request_message",
      "request_contact_info",
      "voice_call",
      "cta_url",
    ];
    expect(kinds.map((kind) => shownOfInteractive({ kind }).buttons[0]?.kind)).toEqual([
      "form",
      "shop",
      "place",
      "person",
      "call",
      "link",
    ]);
  });

  it("shows a bill with its lines and its total, and how the order stands", () => {
    const items = [{ name: "Bolo", amount: 1990, sale_amount: 1900, quantity: 2 }];
    const bill = shownOfInteractive({ kind: "order_details", total_amount: 4300, order: { items } });
    expect([bill.offer, bill.buttons[0]?.kind]).toEqual([expect.stringContaining("43.00"), "pay"]);
    expect(bill.sections[0]?.rows).toEqual([
      { title: "2 × Bolo", description: expect.stringContaining("19.00") as string },
    ]);
    const alone = shownOfInteractive({ kind: "order_details", total_amount: 100 });
    expect(alone.sections).toEqual([]);
    expect(shownOfInteractive({ kind: "order_status", order: { status: "shipped" } }).state).toBe("shipped");
  });

  it("shows a carousel's cards with their own files", () => {
    const card = {
      type: "cta_url",
      header: { type: "image", media_id: "m" },
      body: "A",
      display_text: "Ver",
    };
    const [first] = shownOfInteractive({ kind: "carousel", body: "Novos", cards: [card, card] }).cards;
    expect(first?.file?.mediaId).toBe("m");
    expect(first?.buttons[0]?.label).toBe("Ver");
  });

  it("knows what was offered from what was answered", () => {
    expect(isOffered({ kind: "button" })).toBe(true);
    expect(isOffered({ kind: "button_reply" })).toBe(false);
  });

  it("shows a template as it was when it was sent, with the files of the send", () => {
    const header = {
      type: "header",
      parameters: [{ type: "document", document: { media_id: "m", filename: "a.pdf" } }],
    };
    const shown = shownOfTemplate({ body: "Pronto", buttons: [{ type: "OTP", text: "Copiar" }] }, [header]);
    expect(shown.file).toEqual({ kind: "document", mediaId: "m", link: null, name: "a.pdf" });
    expect(shown.buttons[0]?.kind).toBe("copy");
  });

  it("trusts no shape", () => {
    expect(shownOfInteractive({ kind: "list", sections: "?", cards: 5, header: null }).buttons).toHaveLength(
      1,
    );
    expect(shownOfTemplate({ buttons: [null] }, []).body).toBe("");
  });
});
