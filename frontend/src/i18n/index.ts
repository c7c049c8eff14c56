import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import type { Language } from "@/api/types";
import portuguese from "./pt-BR";

export type Locale = "pt-BR" | "en";

export const LOCALES: Record<Language, Locale> = { "pt-br": "pt-BR", en: "en" };
const STORED = "pytake.language";

declare module "i18next" {
  interface CustomTypeOptions {
    resources: { translation: typeof portuguese };
    returnNull: false;
  }
}

/** The last language chosen in this browser, else the browser's own; Portuguese where neither decides. */
export function firstLanguage(): Language {
  const stored = localStorage.getItem(STORED);
  if (stored === "pt-br" || stored === "en") return stored;
  return navigator.language.toLowerCase().startsWith("en") ? "en" : "pt-br";
}

export function currentLanguage(): Language {
  return i18next.language === "en" ? "en" : "pt-br";
}

export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(STORED, language);
  if (language === "en" && !i18next.hasResourceBundle("en", "translation")) {
    const { default: english } = await import("./en");
    i18next.addResourceBundle("en", "translation", english);
  }
  await i18next.changeLanguage(LOCALES[language]);
}

i18next.on("languageChanged", (locale) => {
  document.documentElement.lang = locale;
});

export const ready = i18next.use(initReactI18next).init({
  lng: "pt-BR",
  fallbackLng: "pt-BR",
  resources: { "pt-BR": { translation: portuguese } },
  interpolation: { escapeValue: false },
  returnNull: false,
});
