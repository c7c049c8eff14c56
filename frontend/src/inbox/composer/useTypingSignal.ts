import { useCallback, useEffect, useRef } from "react";
import { sayTyping } from "@/realtime/useRealtime";

const REPEAT = 3_000;
const IDLE = 4_000;

/** Tells colleagues that somebody is typing here; says so at most every three seconds. */
export function useTypingSignal(conversationId: string) {
  const saidAt = useRef(0);
  const idle = useRef<ReturnType<typeof setTimeout>>(undefined);

  const stop = useCallback(() => {
    clearTimeout(idle.current);
    if (saidAt.current > 0) sayTyping(conversationId, false);
    saidAt.current = 0;
  }, [conversationId]);

  const touch = useCallback(() => {
    if (Date.now() - saidAt.current > REPEAT) {
      saidAt.current = Date.now();
      sayTyping(conversationId, true);
    }
    clearTimeout(idle.current);
    idle.current = setTimeout(stop, IDLE);
  }, [conversationId, stop]);

  useEffect(() => stop, [stop]);
  return { touch, stop };
}
