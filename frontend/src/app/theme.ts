import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";
import i18next from "i18next";

const brand: MantineColorsTuple = [
  "#eff6ff",
  "#dbeafe",
  "#bfdbfe",
  "#93c5fd",
  "#60a5fa",
  "#3b82f6",
  "#2563eb",
  "#1d4ed8",
  "#1e40af",
  "#1e3a8a",
];

const violet: MantineColorsTuple = [
  "#faf5ff",
  "#f3e8ff",
  "#e9d5ff",
  "#d8b4fe",
  "#c084fc",
  "#a855f7",
  "#9333ea",
  "#7e22ce",
  "#6b21a8",
  "#581c87",
];

const teal: MantineColorsTuple = [
  "#f0fdfa",
  "#ccfbf1",
  "#99f6e4",
  "#5eead4",
  "#2dd4bf",
  "#14b8a6",
  "#0d9488",
  "#0f766e",
  "#115e59",
  "#134e4a",
];

const gray: MantineColorsTuple = [
  "#f8fafc",
  "#f1f5f9",
  "#e6eaf1",
  "#d5dbe6",
  "#c0c9d8",
  "#94a3b8",
  "#64748b",
  "#475569",
  "#334155",
  "#1e293b",
];

const dark: MantineColorsTuple = [
  "#e5e9f2",
  "#c3ccdb",
  "#9aa8bd",
  "#6b7a92",
  "#334056",
  "#273247",
  "#1c2536",
  "#141b29",
  "#0d131e",
  "#090d16",
];

export const theme = createTheme({
  primaryColor: "brand",
  primaryShade: { light: 6, dark: 6 },
  colors: { brand, violet, teal, gray, dark },
  black: "#0f172a",
  fontFamily:
    "'Inter Variable', system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif, 'Apple Color Emoji', 'Segoe UI Emoji', 'Noto Color Emoji'",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', Menlo, Consolas, 'Liberation Mono', monospace",
  headings: { fontFamily: "'Inter Variable', system-ui, sans-serif", fontWeight: "650" },
  defaultRadius: "md",
  cursorType: "pointer",
  focusRing: "auto",
  components: {
    Tooltip: { defaultProps: { openDelay: 350, withArrow: true, arrowSize: 6, fz: "xs" } },
    ActionIcon: { defaultProps: { variant: "subtle", color: "gray", size: "lg" } },
    Modal: {
      defaultProps: { centered: true, radius: "lg", overlayProps: { blur: 2, backgroundOpacity: 0.4 } },
    },
    Menu: { defaultProps: { shadow: "md", radius: "md", withinPortal: true } },
    Popover: { defaultProps: { shadow: "md", radius: "md" } },
    Notification: {
      // Asked at each showing: the language may have changed since.
      defaultProps: () => ({ closeButtonProps: { "aria-label": i18next.t("common.close") } }),
    },
  },
});

/** What is wrong with a field is read easily, too: Mantine's own red is too light for it. */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: { "--mantine-color-error": "var(--pt-danger)" },
  dark: { "--mantine-color-error": "var(--pt-danger)" },
});
