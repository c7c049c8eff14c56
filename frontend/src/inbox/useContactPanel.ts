import { useMediaQuery } from "@mantine/hooks";
import { create } from "zustand";

const KEY = "pytake.contact-panel";

const usePanel = create<{ wide: boolean; narrow: boolean }>(() => ({
  wide: localStorage.getItem(KEY) !== "closed",
  narrow: false,
}));

/** Narrower than this the panel lies over the thread instead of beside it. */
export const PANEL_FITS = "(min-width: 75em)";

/** Whether the contact's panel is open; beside the thread it is remembered, over it it is not. */
export function useContactPanel() {
  const fits = useMediaQuery(PANEL_FITS, true);
  const { wide, narrow } = usePanel();
  const opened = fits ? wide : narrow;
  const set = (next: boolean) => {
    if (fits) localStorage.setItem(KEY, next ? "open" : "closed");
    usePanel.setState(fits ? { wide: next } : { narrow: next });
  };
  return { fits, opened, toggle: () => set(!opened), close: () => set(false) };
}
