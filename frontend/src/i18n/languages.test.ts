import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import english from "./en";
import portuguese from "./pt-BR";

type Tree = { [key: string]: string | Tree };

function leaves(tree: Tree, path = ""): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === "string" ? [[path + key, value] as [string, string]] : leaves(value, `${path}${key}.`),
  );
}

/** Languages have different plural forms: their keys are compared without them. */
const PLURAL = /_(zero|one|two|few|many|other)$/;
const keysOf = (tree: Tree) => [...new Set(leaves(tree).map(([key]) => key.replace(PLURAL, "")))].sort();
const holes = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return sources(path);
    return /\.tsx?$/.test(name) && !name.includes(".test.") ? [path] : [];
  });
}

describe("the two languages", () => {
  it("say the same things", () => {
    expect(keysOf(english)).toEqual(keysOf(portuguese));
  });

  it("leave the same holes", () => {
    const there = new Map(leaves(english));
    for (const [key, text] of leaves(portuguese)) {
      const other = there.get(key);
      if (other !== undefined) expect(holes(other), key).toEqual(holes(text));
    }
  });

  it("have every plural form that their rules ask for", () => {
    for (const [tree, locale] of [
      [portuguese, "pt-BR"],
      [english, "en"],
    ] as const) {
      const keys = new Set(leaves(tree).map(([key]) => key));
      const plurals = [...keys].filter((key) => PLURAL.test(key)).map((key) => key.replace(PLURAL, ""));
      const forms = new Intl.PluralRules(locale).resolvedOptions().pluralCategories;
      for (const key of plurals) for (const form of forms) expect(keys).toContain(`${key}_${form}`);
    }
  });

  it("are not left out by words written into the components", () => {
    // Text between tags, or in an attribute that people read or hear.
    const written =
      />\s*[A-ZÀ-Úa-zà-ú]{2,}[^<>{}=;()]*<\/|(?:label|placeholder|title|aria-label|alt)="[^"]*[A-Za-z]{2}/;
    const allowed = ["PyTake", "VIP", "WhatsApp", "+55"];
    const offenders = sources("src")
      .filter((path) => path.endsWith(".tsx"))
      .flatMap((path) =>
        readFileSync(path, "utf8")
          .split("\n")
          .map((line) => `${path}: ${line.trim()}`),
      )
      .filter((line) => written.test(line) && !allowed.some((word) => line.includes(word)));
    expect(offenders).toEqual([]);
  });
});
