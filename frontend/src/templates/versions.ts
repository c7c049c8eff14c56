/** What changed between two versions of a template, as lines. Pure. */
import { fields, list, text, type Fields } from "@/inbox/thread/body/content";

export interface Line {
  change: "same" | "added" | "removed";
  words: string;
}

function buttonLine(button: Fields): string {
  const detail =
    [button.url, button.phone_number, button.flow_id, button.otp_type].map(text).find(Boolean) ?? "";
  return [`[${text(button.text) || text(button.type)}]`, detail].filter(Boolean).join(" ");
}

function linesOf(component: Fields): string[] {
  const type = text(component.type).toUpperCase();
  if (type === "BUTTONS") return list(component.buttons).map(buttonLine);
  if (type === "CAROUSEL")
    return list(component.cards).flatMap((card, at) =>
      list(card.components)
        .flatMap(linesOf)
        .map((line) => `${at + 1}. ${line}`),
    );
  if (type === "LIMITED_TIME_OFFER") return [text(fields(component.limited_time_offer).text)];
  const format = text(component.format).toUpperCase();
  if (type === "HEADER" && format !== "TEXT" && format !== "") return [`(${format})`];
  if (text(component.code_expiration_minutes) !== "")
    return [`(${text(component.code_expiration_minutes)} min)`];
  return text(component.text).split("\n");
}

/** A template as lines, in the order in which they are read. */
export const saidBy = (components: Fields[]): string[] => components.flatMap(linesOf);

/** The longest common lines stay; the others came or went. */
export function difference(before: string[], after: string[]): Line[] {
  const common = Array.from({ length: before.length + 1 }, () => new Array<number>(after.length + 1).fill(0));
  const at = (row: number, column: number) => common[row]?.[column] ?? 0;
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      const row = common[i];
      if (row !== undefined)
        row[j] = before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    const [old, now] = [before[i], after[j]];
    if (old !== undefined && old === now) {
      lines.push({ change: "same", words: old });
      i += 1;
      j += 1;
    } else if (old !== undefined && (now === undefined || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ change: "removed", words: old });
      i += 1;
    } else {
      lines.push({ change: "added", words: now ?? "" });
      j += 1;
    }
  }
  return lines;
}
