import { call } from "./http";
import type { Contact, ContactStats, Page, Tag } from "./types";

export interface ContactChange {
  name?: string;
  email?: string;
  company?: string;
  job_title?: string;
  notes?: string;
}

const path = (id: string, action = "") => `contacts/${id}/${action}`;

export const searchContacts = (query: string, signal?: AbortSignal) =>
  call<Page<Contact>>("GET", "contacts/", { query: { query, page_size: 8 }, signal });
export const readContact = (id: string, signal?: AbortSignal) => call<Contact>("GET", path(id), { signal });
export const readContactStats = (id: string, signal?: AbortSignal) =>
  call<ContactStats>("GET", path(id, "stats/"), { signal });
export const changeContact = (id: string, change: ContactChange) =>
  call<Contact>("PATCH", path(id), { body: change });
export const blockContact = (id: string, reason: string) =>
  call<Contact>("POST", path(id, "block/"), { body: { reason } });
export const unblockContact = (id: string) => call<Contact>("POST", path(id, "unblock/"));
export const setVip = (id: string, vip: boolean) => call<Contact>(vip ? "POST" : "DELETE", path(id, "vip/"));
export const setTags = (id: string, names: string[]) =>
  call<Contact>("PUT", path(id, "tags/"), { body: { names } });
export const readTags = (signal?: AbortSignal) =>
  call<Page<Tag>>("GET", "tags/", { query: { page_size: 100 }, signal });
