import type { Palette } from "./palette";

function kebab(name: string): string {
  return name.replace(/[A-Z]|\d+/g, (part) => `-${part.toLowerCase()}`);
}

/** The palette as custom properties: `primaryLine` is `--primary-line`, the first series `--c1`, the first heat `--h0`. */
export function cssVariables(palette: Palette): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(palette)) {
    if (typeof value === "string") variables[`--${kebab(name)}`] = value;
  }
  palette.series.forEach((colour, index) => (variables[`--c${index + 1}`] = colour));
  palette.heat.forEach((colour, index) => (variables[`--h${index}`] = colour));
  return variables;
}

/** Written through the style object, which a strict content policy allows, and not as a style element. */
export function applyPalette(root: HTMLElement, palette: Palette, scheme: "light" | "dark"): void {
  for (const [name, value] of Object.entries(cssVariables(palette))) root.style.setProperty(name, value);
  root.style.setProperty("color-scheme", scheme);
  root.dataset["scheme"] = scheme;
}
