import { create } from "zustand";

export interface Picture {
  url: string;
  caption: string;
  filename: string;
}

interface Lightbox {
  picture: Picture | null;
  open: (picture: Picture) => void;
  close: () => void;
}

/** The picture that is shown large, one for the whole page. */
export const useLightbox = create<Lightbox>((set) => ({
  picture: null,
  open: (picture) => set({ picture }),
  close: () => set({ picture: null }),
}));
