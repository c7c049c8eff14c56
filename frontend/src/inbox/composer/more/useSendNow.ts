import { useRef } from "react";
import { sendMessage } from "@/api/messages";
import type { OutgoingMessage } from "@/api/types";
import { newId } from "@/api/uuid";
import { putMessage } from "@/inbox/thread/threadCache";

/** Sends what a dialog has put together; asked again for the same, it is the same message. */
export function useSendNow(conversationId: string): (message: OutgoingMessage) => Promise<void> {
  const last = useRef({ wish: "", id: "" });
  return async (message) => {
    const wish = JSON.stringify(message);
    if (last.current.wish !== wish) last.current = { wish, id: newId() };
    putMessage(await sendMessage(conversationId, { ...message, client_id: last.current.id }));
  };
}
