import { describe, expect, it } from "vitest";
import { answer, message } from "../../../tests/samples";
import { daysOf, firstOfUnread } from "./rows";

describe("a thread by days", () => {
  it("begins a day by the organization's clock, not by UTC", () => {
    const late = message({ at: "2026-11-25T02:30:00Z" });
    const early = message({ at: "2026-11-25T03:30:00Z" });
    expect(daysOf([late, early], null).map(({ day }) => day)).toEqual(["2026-11-24", "2026-11-25"]);
  });

  it("keeps a day's key when older messages of it are loaded", () => {
    const [first, second] = [message(), message()];
    expect(daysOf([first, second], null)[0]?.key).toBe(daysOf([second], null)[0]?.key);
  });

  it("joins what one sender says within minutes", () => {
    const turn = [
      message({ at: "2026-11-24T15:00:00Z" }),
      message({ at: "2026-11-24T15:03:00Z" }),
      message({ at: "2026-11-24T15:30:00Z" }),
      answer({ at: "2026-11-24T15:30:30Z" }),
    ];
    expect(daysOf(turn, null)[0]?.rows.map(({ continues }) => continues)).toEqual([
      false,
      true,
      false,
      false,
    ]);
  });

  it("gives no row to a reaction that sits on its message", () => {
    const reaction = message({ type: "reaction", content: { emoji: "👍", message_id: "other" } });
    const stray = message({ type: "reaction", content: { emoji: "👍", message_id: null } });
    expect(daysOf([reaction, stray], null)[0]?.rows.map((row) => row.message.id)).toEqual([stray.id]);
  });
});

describe("the line above what is unread", () => {
  it("counts only what the customer wrote", () => {
    const [a, b, c] = [message(), message(), message()];
    expect(firstOfUnread([a, b, answer(), c], 2)).toBe(b.id);
    expect(firstOfUnread([a, b], 0)).toBeNull();
    expect(firstOfUnread([a, b], 9)).toBe(a.id);
  });
});
