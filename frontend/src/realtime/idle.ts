const IDLE_AFTER = 5 * 60_000;
const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"] as const;

/** Tells when nothing was touched in this tab for five minutes, and when something is again. */
export function watchIdleness(tell: (idle: boolean) => void): { isIdle: () => boolean; stop: () => void } {
  let idle = false;
  let timer: ReturnType<typeof setTimeout>;
  const set = (now: boolean) => {
    if (now === idle) return;
    idle = now;
    tell(now);
  };
  const touched = () => {
    clearTimeout(timer);
    timer = setTimeout(() => set(true), IDLE_AFTER);
    set(false);
  };
  for (const sign of SIGNS) window.addEventListener(sign, touched, { passive: true });
  timer = setTimeout(() => set(true), IDLE_AFTER);
  return {
    isIdle: () => idle,
    stop: () => {
      clearTimeout(timer);
      for (const sign of SIGNS) window.removeEventListener(sign, touched);
    },
  };
}
