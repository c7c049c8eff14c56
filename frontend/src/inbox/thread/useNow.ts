import { useSyncExternalStore } from "react";

const EVERY = 15_000;
let now = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, EVERY);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function read(): number {
  // The first reader after a pause must not see an old clock.
  if (timer === undefined) now = Date.now();
  return now;
}

/** The time of day, a quarter of a minute exact, by one timer for everybody. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, read);
}
