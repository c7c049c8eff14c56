import "@fontsource-variable/inter/index.css";
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./app/tokens.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { resumeSession } from "./auth/session";
import { chooseLanguage, firstLanguage, ready } from "./i18n";

const root = document.getElementById("root");
if (root === null) throw new Error("the page has no #root");

void ready.then(() => chooseLanguage(firstLanguage())).then(resumeSession);

createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
