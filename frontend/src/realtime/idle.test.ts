import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { watchIdleness } from "./idle";

describe("idleness", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it("is told once, after five minutes without a touch, and again when there is one", () => {
    const told: boolean[] = [];
    const watch = watchIdleness((idle) => told.push(idle));
    vi.advanceTimersByTime(4 * 60_000);
    window.dispatchEvent(new Event("keydown"));
    vi.advanceTimersByTime(4 * 60_000);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(2 * 60_000);
    expect(told).toEqual([true]);
    expect(watch.isIdle()).toBe(true);
    window.dispatchEvent(new Event("pointermove"));
    window.dispatchEvent(new Event("pointermove"));
    expect(told).toEqual([true, false]);
    watch.stop();
    vi.advanceTimersByTime(60 * 60_000);
    expect(told).toEqual([true, false]);
  });
});
