import { useCallback, useEffect, useRef, useState } from "react";
import { ApiProblem } from "@/api/problem";

/** The seconds after which the next try is heard, counted down; 0: now. */
export function useWait(): { left: number; begin: (error: unknown) => void } {
  const [left, setLeft] = useState(0);
  const until = useRef(0);
  const waiting = left > 0;
  useEffect(() => {
    if (!waiting) return;
    const tick = () => setLeft(Math.max(0, Math.ceil((until.current - Date.now()) / 1000)));
    const timer = setInterval(tick, 500);
    return () => clearInterval(timer);
  }, [waiting]);
  const begin = useCallback((error: unknown) => {
    const seconds = error instanceof ApiProblem ? Number(error.more.retry_after ?? 0) : 0;
    until.current = Date.now() + seconds * 1000;
    setLeft(seconds);
  }, []);
  return { left, begin };
}
