import { call } from "./http";
import type { Member, Page, WhatsAppNumber } from "./types";

export const readMembers = (signal?: AbortSignal) =>
  call<Page<Member>>("GET", "members/", { query: { page_size: 100 }, signal });
export const readNumbers = (signal?: AbortSignal) =>
  call<Page<WhatsAppNumber>>("GET", "numbers/", { query: { page_size: 100 }, signal });
