import { describe, expect, it } from "vitest";
import { loneEmoji, parseInline, parseText } from "./formatting";

const text = (value: string) => ({ kind: "text", text: value });

describe("WhatsApp's formatting", () => {
  it("knows bold, italic, struck and monospaced words", () => {
    expect(parseInline("*a* _b_ ~c~ `d`")).toEqual([
      { kind: "bold", children: [text("a")] },
      text(" "),
      { kind: "italic", children: [text("b")] },
      text(" "),
      { kind: "strike", children: [text("c")] },
      text(" "),
      { kind: "mono", text: "d" },
    ]);
  });

  it("nests", () => {
    expect(parseInline("*a _b_*")).toEqual([
      { kind: "bold", children: [text("a "), { kind: "italic", children: [text("b")] }] },
    ]);
  });

  it.each(["2*3*4", "snake_case_name", "* not bold *", "a * b", "~ 5 ~", "*", "**", "_ _"])(
    "leaves %s alone",
    (plain) => {
      expect(parseInline(plain)).toEqual([text(plain)]);
    },
  );

  it.each([
    ["https://a.com/x_y_z.", "https://a.com/x_y_z", "."],
    ["www.a.com)", "https://www.a.com", ")"],
    ["ana@a.com.br!", "mailto:ana@a.com.br", "!"],
  ])("links %s without what belongs to the sentence", (words, href, after) => {
    const nodes = parseInline(words);
    expect(nodes[0]).toMatchObject({ kind: "link", href });
    expect(nodes[1]).toEqual(text(after));
  });

  it("keeps a block of code as it is", () => {
    expect(parseText("antes\n```*a*\n_b_```\ndepois")).toMatchObject([
      { kind: "line" },
      { kind: "mono", text: "*a*\n_b_" },
      { kind: "line" },
    ]);
  });

  it("knows quotes and lists", () => {
    const kinds = parseText("> citado\n- um\n* dois\n3. três\nfim").map(({ kind }) => kind);
    expect(kinds).toEqual(["quote", "bullet", "bullet", "numbered", "line"]);
  });

  it("is quick on texts made to be slow", () => {
    const began = performance.now();
    for (const nasty of [
      "*a ".repeat(2_700),
      "`a` *b ".repeat(1_100),
      "*_~".repeat(2_700),
      "http://".repeat(1_100),
    ]) {
      parseText(nasty.slice(0, 8_192));
    }
    parseText("*a ".repeat(30_000));
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});

describe("a text of emoji alone", () => {
  it.each([
    ["👏", 1],
    ["👍🏽 ❤️", 2],
    ["👨‍👩‍👧‍👦🇧🇷", 2],
    ["😀😀😀😀", 0],
    ["oi 👏", 0],
    ["123", 0],
    ["#", 0],
    ["", 0],
  ])("%s counts %i", (shown, count) => {
    expect(loneEmoji(shown)).toBe(count);
  });
});
