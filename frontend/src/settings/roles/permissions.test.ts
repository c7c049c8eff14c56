import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import english from "@/i18n/en";
import portuguese from "@/i18n/pt-BR";

/** The apps name their permissions in `permissions.py`: the pages have words for each. */
function named(): string[] {
  const apps = join(process.cwd(), "../apps");
  const files = readdirSync(apps, { withFileTypes: true })
    .filter((each) => each.isDirectory() && readdirSync(join(apps, each.name)).includes("permissions.py"))
    .map((each) => readFileSync(join(apps, each.name, "permissions.py"), "utf8"));
  return files.flatMap((text) =>
    [...text.matchAll(/ = permission\(\s*"([\w.]+)"/g)].map(([, name]) => name ?? ""),
  );
}

describe("the permissions' texts", () => {
  const names = named();

  it.each([
    ["pt-BR", portuguese],
    ["en", english],
  ])("are complete in %s", (_, { roles }) => {
    const permissions: Record<string, Record<string, string>> = roles.permissions;
    const groups: Record<string, string> = roles.groups;
    expect(names.length).toBeGreaterThan(20);
    const missing = names.filter((name) => {
      const [group = "", verb = ""] = name.split(".");
      return permissions[group]?.[verb] === undefined || groups[group] === undefined;
    });
    expect(missing).toEqual([]);
  });
});
