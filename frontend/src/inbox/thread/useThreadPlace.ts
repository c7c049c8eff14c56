import { useCallback, useMemo, useState } from "react";
import type { Message } from "@/api/types";

interface Place {
  /** The instant around which the thread is loaded; null at its end. */
  anchor: string | null;
  /** A message, or the first one at or after a day's beginning, to show in the middle. */
  goal: { id: string } | { since: string } | null;
}

const END: Place = { anchor: null, goal: null };

/** Where in the thread the reader is: at its end, or where a search, a quote or the calendar led. */
export function useThreadPlace() {
  const [place, setPlace] = useState<Place>(END);

  const toMessage = useCallback((id: string, at: string | null, loaded: boolean) => {
    setPlace((before) => ({ anchor: loaded || at === null ? before.anchor : at, goal: { id } }));
  }, []);
  const toDay = useCallback((since: string) => setPlace({ anchor: since, goal: { since } }), []);
  const toEnd = useCallback(() => setPlace(END), []);

  return { place, toMessage, toDay, toEnd };
}

/** The message that the goal names, once it is loaded. */
export function useTarget(goal: Place["goal"], messages: Message[]): { id: string } | null {
  const since = goal !== null && "since" in goal ? goal.since : null;
  const firstOfDay =
    since === null ? undefined : messages.find(({ at }) => Date.parse(at) >= Date.parse(since))?.id;
  return useMemo(() => {
    if (goal === null) return null;
    if ("id" in goal) return goal;
    return firstOfDay === undefined ? null : { id: firstOfDay };
  }, [goal, firstOfDay]);
}
