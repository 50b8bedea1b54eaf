import { theme } from "antd";
import { describe, expect, it } from "vitest";
import { antdTheme } from "./antd";
import { heatText } from "./charts";
import { cssVariables } from "./css";
import type { Palette } from "./palette";
import { dark, light } from "./palette";

/** The table of the visual language, row by row as it is written there. */
const language = `
colorPrimary, colorInfo, colorLink | #0F6C75 | #4FB3B8
colorPrimaryHover, colorLinkHover | #0B5A62 | #6CC5C9
colorPrimaryActive | #094B52 | #3A9CA1
colorPrimaryBg, controlItemBgActive | #E6F1F1 | #173234
colorPrimaryBgHover, controlItemBgActiveHover | #D6E8E8 | #1C3D3F
colorPrimaryBorder | #A9CFD1 | #2B5D60
colorSuccess | #2F7548 | #74BE8E
colorSuccessBg | #EBF4EE | #1B2B20
colorWarning | #94590A | #DFA44C
colorWarningBg | #FBF3E4 | #2F2719
colorWarningBorder | #EAD3A6 | #574526
colorError | #B8352B | #EE8277
colorErrorBg | #FBEEEC | #32201E
colorErrorBorder | #ECC8C3 | #5C342F
colorText, colorTextHeading | #1C1B19 | #ECEAE4
colorTextSecondary | #5E5B55 | #ABA79E
colorTextTertiary, colorTextPlaceholder, colorTextDescription, colorIcon | #6E6A62 | #9A968C
colorTextQuaternary, colorTextDisabled | #B0ACA3 | #5C5953
colorBgLayout | #F7F6F3 | #141413
colorBgContainer | #FFFFFF | #1B1B19
colorBgElevated | #FFFFFF | #242422
colorBgSpotlight | #1C1B19 | #3D3B37
colorBorder | #D9D5CD | #3D3B37
colorBorderSecondary, colorSplit | #E9E6E0 | #2A2926
colorFillTertiary, colorFillQuaternary, controlItemBgHover | #F4F2EE | #232321
colorFillSecondary | #EBE8E2 | #2E2D2A
`;

const rows = language
  .trim()
  .split("\n")
  .flatMap((line) => {
    const [names = "", inLight = "", inDark = ""] = line.split(" | ");
    return names.split(", ").map((name) => [name, inLight, inDark] as const);
  });

function tokens(palette: Palette, scheme: "light" | "dark"): Record<string, unknown> {
  return { ...theme.getDesignToken(antdTheme(palette, scheme)) };
}

describe("every token comes out as the language writes it", () => {
  const inLight = tokens(light, "light");
  const inDark = tokens(dark, "dark");

  it.each(rows)("%s", (name, lightValue, darkValue) => {
    expect(String(inLight[name]).toUpperCase()).toBe(lightValue);
    expect(String(inDark[name]).toUpperCase()).toBe(darkValue);
  });

  it.each([
    ["fontSize", 13],
    ["fontSizeSM", 12],
    ["fontSizeLG", 15],
    ["fontSizeXL", 20],
    ["controlHeight", 32],
    ["controlHeightSM", 26],
    ["controlHeightLG", 44],
    ["borderRadius", 6],
    ["borderRadiusSM", 4],
    ["borderRadiusLG", 8],
    ["sizeUnit", 4],
    ["fontWeightStrong", 600],
    ["motionDurationFast", "0.06s"],
    ["motionDurationMid", "0.12s"],
    ["motionDurationSlow", "0.18s"],
    ["controlOutlineWidth", 0],
  ])("%s is %s in both", (name, value) => {
    expect(inLight[name]).toBe(value);
    expect(inDark[name]).toBe(value);
  });

  it("gives the counter its larger sizes and the same colours", () => {
    const touch = theme.getDesignToken(antdTheme(dark, "dark", "touch"));
    expect(touch).toMatchObject({ fontSize: 15, controlHeight: 44, controlHeightLG: 56, borderRadius: 8 });
    expect(touch.colorPrimary).toBe(dark.primary);
  });
});

function luminance(hex: string): number {
  const channels = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255);
  const [r = 0, g = 0, b = 0] = channels.map((c) =>
    c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

describe.each([
  ["light", light],
  ["dark", dark],
] as const)("%s text can be read", (_name, p) => {
  const grounds = {
    layout: p.layout,
    container: p.container,
    rail: p.rail,
    primaryBg: p.primaryBg,
    fill: p.fill,
  };
  it.each(["text", "text2", "text3", "primary"] as const)("%s on every ground reaches 4.5:1", (name) => {
    for (const [ground, colour] of Object.entries(grounds)) {
      expect(contrast(p[name], colour), `${name} on ${ground}`).toBeGreaterThanOrEqual(4.5);
    }
  });
  it.each([
    ["error", p.error, p.errorBg],
    ["warning", p.warning, p.warningBg],
    ["conflict", p.conflict, p.conflictBg],
    ["success", p.success, p.container],
    ["gold", p.tGoldText, p.tGoldBg],
    ["platinum", p.tPlat, p.tPlatBg],
    ["silver", p.tSilver, p.tSilverBg],
    ["filled button", p.onPrimary, p.primary],
  ])("%s on its own ground reaches 4.5:1", (_one, text, ground) => {
    expect(contrast(text, ground)).toBeGreaterThanOrEqual(4.5);
  });
  it("turns heat text over at the sixth step", () => {
    expect(heatText(p, 4)).toBe(p.text);
    expect(heatText(p, 5)).toBe(p.onPrimary);
  });
});

it("names custom properties as the style sheets use them", () => {
  const variables = cssVariables(light);
  expect(variables["--primary-line"]).toBe("#A9CFD1");
  expect(variables["--text-2"]).toBe("#5E5B55");
  expect(variables["--t-gold-text"]).toBe("#8A6414");
  expect(variables["--c6"]).toBe("#B4593F");
  expect(variables["--h0"]).toBe("#F4F2EE");
});

it("defines every custom property that a style sheet asks for", () => {
  const sheets = import.meta.glob<string>("../**/*.css", { eager: true, query: "?raw", import: "default" });
  const known = new Set([...Object.keys(cssVariables(light)), "--font", "--columns", "--tc", "--tb", "--tt"]);
  const asked = Object.values(sheets).flatMap((text) => text.match(/(?<=var\()--[\w-]+/g) ?? []);
  expect(asked.length).toBeGreaterThan(50);
  expect(asked.filter((name) => !known.has(name))).toEqual([]);
});
