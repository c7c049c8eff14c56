import type { WhatsAppNumber } from "@/api/types";

export const COLORS: Record<WhatsAppNumber["status"], string> = {
  connected: "teal",
  held: "yellow",
  disconnected: "gray",
  error: "red",
  waiting: "blue",
};
