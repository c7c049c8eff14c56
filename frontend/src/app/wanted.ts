import type { InboxFilters } from "@/inbox/conversations/filters";

interface Place {
  to: string;
  search: InboxFilters;
}

const HOME: Place = { to: "/inbox", search: {} };
let place = HOME;

/** Where a guest wanted to go, or a user was when the session ran out. */
export function wanted(): Place {
  return place;
}

export function want(to: string, search: InboxFilters = {}): void {
  place = { to, search };
}

export function wantHome(): void {
  place = HOME;
}
