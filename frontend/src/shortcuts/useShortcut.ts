import { useEffect, useRef } from "react";
import { SHORTCUTS, type ShortcutName } from "./shortcuts";

/** Keys that controls use themselves: on a focused button Enter presses the button. */
const CONTROL_KEYS = ["Enter", "ArrowDown", "ArrowUp"];
const CONTROLS =
  "button, a, summary, [role='tab'], [role='slider'], [role='log'], [role='menuitem'], video, audio";
const TYPING = "input, textarea, select, [contenteditable='true']";
const OVERLAY = "[role='dialog'], [role='menu']";

function isForSomebodyElse(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing)
    return true;
  const target = event.target instanceof Element ? event.target : null;
  if (target === null) return false;
  if (target.closest(TYPING) !== null || document.querySelector(OVERLAY) !== null) return true;
  return CONTROL_KEYS.includes(event.key) && target.closest(CONTROLS) !== null;
}

/** Runs an action on its shortcut, unless somebody types or a dialog is open. */
export function useShortcut(name: ShortcutName, action: () => void, enabled = true): void {
  const latest = useRef(action);
  useEffect(() => {
    latest.current = action;
  });
  useEffect(() => {
    if (!enabled) return;
    const wanted: readonly string[] = SHORTCUTS[name];
    const onKey = (event: KeyboardEvent) => {
      if (!wanted.includes(event.key) || isForSomebodyElse(event)) return;
      event.preventDefault();
      latest.current();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [name, enabled]);
}
