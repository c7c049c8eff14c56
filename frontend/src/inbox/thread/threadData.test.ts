import { describe, expect, it } from "vitest";
import { answer, message } from "../../../tests/samples";
import { laterStatus, mergeNewest, putInto, type ThreadData } from "./threadData";

const thread = (items: ThreadData["items"], change: Partial<ThreadData> = {}): ThreadData => ({
  items,
  older: null,
  newer: null,
  ...change,
});
const ids = (data: ThreadData) => data.items.map(({ id }) => id);

describe("reading the newest messages again", () => {
  const [a, b, c] = [message(), message(), message()];

  it("adds what is new at the end and keeps what is older", () => {
    const merged = mergeNewest(thread([a, b], { older: "cursor" }), thread([b, c], { older: "nearer" }));
    expect(ids(merged)).toEqual([a.id, b.id, c.id]);
    expect(merged.older).toBe("cursor");
  });

  it("shows no hole: where the two don't meet, only the newest stay", () => {
    const merged = mergeNewest(thread([a]), thread([c], { older: "between" }));
    expect(ids(merged)).toEqual([c.id]);
    expect(merged.older).toBe("between");
  });

  it("leaves a stretch alone that does not reach the end", () => {
    const middle = thread([a, b], { newer: "cursor" });
    expect(ids(mergeNewest(middle, thread([c])))).toEqual([a.id, b.id]);
  });

  it("never takes a tick away that an event gave meanwhile", () => {
    const read = answer({ status: "read", read_at: "2026-11-24T15:31:00Z" });
    const stale = { ...read, status: "sending" as const, read_at: null };
    const [merged] = mergeNewest(thread([read]), thread([stale])).items;
    expect(merged).toMatchObject({ status: "read", read_at: read.read_at });
  });
});

describe("a message of its own", () => {
  it("comes at the end, once", () => {
    const [a, b] = [message(), message()];
    const once = putInto(thread([a]), b);
    expect(ids(putInto(once, b))).toEqual([a.id, b.id]);
  });

  it("waits for its page where the end is not loaded", () => {
    const a = message();
    expect(ids(putInto(thread([a], { newer: "cursor" }), message()))).toEqual([a.id]);
  });
});

describe("statuses", () => {
  it.each([
    ["read", "delivered", "read"],
    ["delivered", "sent", "delivered"],
    ["delivered", "failed", "delivered"],
    ["failed", "delivered", "delivered"],
    ["sent", "failed", "failed"],
    ["accepted", "sending", "accepted"],
    ["read", "played", "played"],
    ["failed", "queued", "queued"],
    ["uncertain", "queued", "queued"],
    ["uncertain", "sent", "sent"],
    ["queued", "held", "held"],
    ["held", "cancelled", "cancelled"],
  ] as const)("after %s comes %s: %s", (before, now, expected) => {
    expect(laterStatus(before, now)).toBe(expected);
  });
});
