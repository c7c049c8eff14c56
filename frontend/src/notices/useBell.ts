import { create } from "zustand";

interface Bell {
  opened: boolean;
  set: (opened: boolean) => void;
}

/** The panel behind the bell, one for the whole app: the shortcut opens it wherever the bell hangs. */
export const useBell = create<Bell>((set) => ({ opened: false, set: (opened) => set({ opened }) }));
