import "@fontsource-variable/inter/index.css";
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./app/tokens.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { resumeSession } from "./auth/session";
import { chooseLanguage, firstLanguage, ready } from "./i18n";

const RELOADED = "pytake.reloaded";
const ONCE_IN = 30_000;

/** A new version was put up while this page was open, and the part it now asks for is gone: take the new one. */
window.addEventListener("vite:preloadError", () => {
  if (Date.now() - Number(sessionStorage.getItem(RELOADED) ?? 0) < ONCE_IN) return;
  sessionStorage.setItem(RELOADED, String(Date.now()));
  location.reload();
});

const root = document.getElementById("root");
if (root === null) throw new Error("the page has no #root");

void ready.then(() => chooseLanguage(firstLanguage())).then(resumeSession);

createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
