import type { WhatsAppNumber } from "@/api/types";

export interface TabProps {
  number: WhatsAppNumber;
  mayManage: boolean;
}
