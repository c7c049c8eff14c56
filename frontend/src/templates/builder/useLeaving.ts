import { useBlocker } from "@tanstack/react-router";
import { useRef } from "react";
import { useSession } from "@/auth/session";

/** Asks before what was written and not kept is lost, within the app and where the browser closes the page. */
export function useLeaving(changed: boolean) {
  const allowed = useRef(false);
  // Whoever is signed out leaves, whatever was written.
  const holds = () => changed && !allowed.current && useSession.getState().phase === "in";
  const blocker = useBlocker({ shouldBlockFn: holds, enableBeforeUnload: holds, withResolver: true });
  return {
    asks: blocker.status === "blocked",
    /** It is kept now: nothing is lost. */
    allow: () => {
      allowed.current = true;
    },
    stay: () => {
      if (!allowed.current) blocker.reset?.();
    },
    go: () => {
      allowed.current = true;
      blocker.proceed?.();
      return Promise.resolve();
    },
  };
}
