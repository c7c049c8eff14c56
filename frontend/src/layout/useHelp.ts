import { create } from "zustand";

interface Help {
  opened: boolean;
  open: () => void;
  close: () => void;
}

/** The dialog that lists the keyboard shortcuts, one for the whole app. */
export const useHelp = create<Help>((set) => ({
  opened: false,
  open: () => set({ opened: true }),
  close: () => set({ opened: false }),
}));
