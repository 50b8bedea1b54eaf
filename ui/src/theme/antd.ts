import { theme } from "antd";
import type { MappingAlgorithm, ThemeConfig } from "antd";
import type { Palette } from "./palette";

export const schemes = ["light", "dark"] as const;
export type Scheme = (typeof schemes)[number];
/** Desk is the product's own density; touch is the counter's. */
export const densities = ["desk", "touch"] as const;
export type Density = (typeof densities)[number];

/** The class under which a look's custom properties stand. */
export function lookName(scheme: Scheme, density: Density): string {
  return `${density}-${scheme}`;
}

type MapTokens = ReturnType<MappingAlgorithm>;

const sizes = {
  desk: {
    fontSize: 13,
    fontSizeSM: 12,
    largeButton: 15,
    controlHeight: 32,
    controlHeightLG: 44,
    borderRadius: 6,
    lineHeight: 20 / 13,
  },
  touch: {
    fontSize: 15,
    fontSizeSM: 13,
    largeButton: 17,
    controlHeight: 44,
    controlHeightLG: 56,
    borderRadius: 8,
    lineHeight: 24 / 15,
  },
} as const;

/** Values put in after the algorithm ran: a seed alone would be recomputed, and come out a different colour. */
function exact(map: Partial<MapTokens>): MappingAlgorithm {
  return (_seed, derived) => ({ ...derived, ...map }) as MapTokens;
}

function mapTokens(p: Palette, density: Density): Partial<MapTokens> {
  const size = sizes[density];
  return {
    colorPrimary: p.primary,
    colorPrimaryHover: p.primaryHover,
    colorPrimaryActive: p.primaryActive,
    colorPrimaryBg: p.primaryBg,
    colorPrimaryBgHover: p.primaryBgHover,
    colorPrimaryBorder: p.primaryLine,
    colorPrimaryBorderHover: p.primary,
    colorPrimaryText: p.primary,
    colorPrimaryTextHover: p.primaryHover,
    colorPrimaryTextActive: p.primaryActive,
    colorInfo: p.primary,
    colorInfoBg: p.primaryBg,
    colorInfoBorder: p.primaryLine,
    colorLink: p.primary,
    colorLinkHover: p.primaryHover,
    colorLinkActive: p.primaryActive,
    colorSuccess: p.success,
    colorSuccessBg: p.successBg,
    colorWarning: p.warning,
    colorWarningBg: p.warningBg,
    colorWarningBorder: p.warningLine,
    colorError: p.error,
    colorErrorBg: p.errorBg,
    colorErrorBorder: p.errorLine,
    colorText: p.text,
    colorTextSecondary: p.text2,
    colorTextTertiary: p.text3,
    colorTextQuaternary: p.text4,
    colorBgLayout: p.layout,
    colorBgContainer: p.container,
    colorBgElevated: p.elevated,
    colorBgSpotlight: p.spotlight,
    colorBorder: p.border,
    colorBorderDisabled: p.line,
    colorBorderSecondary: p.line,
    colorFillSecondary: p.fill2,
    colorFillTertiary: p.fill,
    colorFillQuaternary: p.fill,
    fontSize: size.fontSize,
    fontSizeSM: size.fontSizeSM,
    fontSizeLG: 15,
    fontSizeXL: 20,
    lineHeight: size.lineHeight,
    lineHeightSM: 16 / 12,
    lineHeightLG: 24 / 15,
    controlHeightSM: 26,
    controlHeightLG: size.controlHeightLG,
    borderRadiusSM: 4,
    borderRadiusLG: 8,
    motionDurationFast: "0.06s",
    motionDurationMid: "0.12s",
    motionDurationSlow: "0.18s",
  };
}

function aliasTokens(p: Palette): NonNullable<ThemeConfig["token"]> {
  return {
    colorTextHeading: p.text,
    colorTextPlaceholder: p.text3,
    colorTextDescription: p.text3,
    colorTextDisabled: p.text4,
    colorTextLabel: p.text2,
    colorIcon: p.text3,
    colorIconHover: p.text,
    colorSplit: p.line,
    colorBgContainerDisabled: p.fill,
    colorLink: p.primary,
    colorLinkHover: p.primaryHover,
    colorLinkActive: p.primaryActive,
    controlItemBgActive: p.primaryBg,
    controlItemBgActiveHover: p.primaryBgHover,
    controlItemBgHover: p.fill,
    controlOutlineWidth: 0,
    fontWeightStrong: 600,
    boxShadow: p.shadow,
    boxShadowSecondary: p.shadow,
  };
}

/** Component tokens that exist but that Ant Design does not declare are let through here, and only here. */
function components(p: Palette, scheme: Scheme, density: Density): ThemeConfig["components"] {
  const size = sizes[density];
  const field = { activeShadow: "none", activeBorderColor: p.primary, hoverBorderColor: p.text4 };
  const own = {
    Button: {
      primaryColor: p.onPrimary,
      primaryShadow: "none",
      defaultShadow: "none",
      dangerShadow: "none",
      fontWeight: 400,
      defaultBorderColor: p.border,
      contentFontSizeSM: size.fontSizeSM,
      paddingInline: density === "desk" ? 11 : 15,
      contentFontSizeLG: size.largeButton,
    },
    Input: field,
    InputNumber: field,
    Select: {
      ...field,
      optionSelectedBg: p.primaryBg,
      optionSelectedFontWeight: 600,
      optionHeight: 32,
    },
    DatePicker: { ...field, colorTextLightSolid: p.onPrimary },
    Segmented: {
      trackBg: p.fill,
      itemSelectedBg: scheme === "dark" ? p.fill2 : p.container,
      itemSelectedColor: p.primary,
    },
    Tabs: { inkBarColor: p.primary, horizontalItemPadding: "8px 0" },
    Table: {
      headerBg: p.layout,
      headerColor: p.text3,
      headerSplitColor: "transparent",
      rowHoverBg: p.fill,
      rowSelectedBg: p.primaryBg,
      cellPaddingBlockSM: 6,
    },
    Form: { itemMarginBottom: 16, labelColor: p.text2 },
    Modal: { titleFontSize: 15 },
    Tag: { defaultBg: p.fill, defaultColor: p.text2 },
    Switch: { handleBg: p.container },
    Checkbox: { colorWhite: p.onPrimary },
    // Works, but is missing from the declared tokens.
    Radio: { radioColor: p.onPrimary } as object,
    Badge: { colorTextLightSolid: p.onPrimary },
  };
  return own;
}

/** Its font is the page's own, which follows the language. */
export function antdTheme(p: Palette, scheme: Scheme, density: Density = "desk"): ThemeConfig {
  const size = sizes[density];
  return {
    algorithm: [
      scheme === "dark" ? theme.darkAlgorithm : theme.defaultAlgorithm,
      exact(mapTokens(p, density)),
    ],
    token: {
      colorPrimary: p.primary,
      colorInfo: p.primary,
      colorSuccess: p.success,
      colorWarning: p.warning,
      colorError: p.error,
      fontFamily: "var(--font)",
      fontSize: size.fontSize,
      controlHeight: size.controlHeight,
      borderRadius: size.borderRadius,
      sizeUnit: 4,
      ...aliasTokens(p),
    },
    components: components(p, scheme, density),
    cssVar: { key: lookName(scheme, density) },
  };
}
