import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";

/** A deep teal: calm beside stained tissue, readable on white and on black. */
const teal: MantineColorsTuple = [
  "#eaf6f7",
  "#d5eaec",
  "#a9d4d9",
  "#7abdc5",
  "#55a9b3",
  "#3a98a4",
  "#25818e",
  "#1d6b78",
  "#1d5c6b",
  "#124450",
];

export const theme = createTheme({
  primaryColor: "teal",
  primaryShade: { light: 8, dark: 6 },
  colors: { teal },
  defaultRadius: "md",
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  headings: { fontWeight: "650" },
  cursorType: "pointer",
  focusRing: "auto",
  respectReducedMotion: true,
});

/** Mantine's dimmed grey is too faint for small text on its own backgrounds (WCAG AA asks for 4.5:1). */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-body": "#f7f9f9",
    "--mantine-color-dimmed": "#4f5a60",
    "--mantine-color-error": "#a61e1e",
    "--tw-surface": "#ffffff",
    "--tw-line": "#dbe2e4",
    "--tw-accent": "#1d5c6b",
    "--tw-backdrop": "#e9eef0",
    "--tw-good": "#1f6b3a",
    "--tw-doubtful": "#7a4b00",
    "--tw-bad": "#a61e1e",
  },
  dark: {
    "--mantine-color-body": "#14181a",
    "--mantine-color-dimmed": "#a7b3b8",
    "--mantine-color-error": "#ff9c9c",
    "--tw-surface": "#1c2225",
    "--tw-line": "#323b40",
    "--tw-accent": "#7fcad3",
    "--tw-backdrop": "#0f1213",
    "--tw-good": "#7dd69c",
    "--tw-doubtful": "#f0c060",
    "--tw-bad": "#ff9c9c",
  },
});
