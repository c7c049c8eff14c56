import type { InboxFilters } from "@/inbox/conversations/filters";

/** What a place's address says; an invitation's link carries a token. */
type Search = InboxFilters & { token?: string };

interface Place {
  to: string;
  search: Search;
}

const HOME: Place = { to: "/inbox", search: {} };
let place = HOME;

/** Where a guest wanted to go, or a user was when the session ran out. */
export function wanted(): Place {
  return place;
}

export function want(to: string, search: Search = {}): void {
  place = { to, search };
}

export function wantHome(): void {
  place = HOME;
}
