/** Every colour the product has, by name. Ant Design, the style sheets and the charts all read this table. */
export interface Palette {
  primary: string;
  primaryHover: string;
  primaryActive: string;
  primaryBg: string;
  primaryBgHover: string;
  primaryLine: string;
  onPrimary: string;
  success: string;
  successBg: string;
  warning: string;
  warningBg: string;
  warningLine: string;
  error: string;
  errorBg: string;
  errorLine: string;
  conflict: string;
  conflictBg: string;
  conflictLine: string;
  text: string;
  text2: string;
  text3: string;
  text4: string;
  rail: string;
  layout: string;
  container: string;
  elevated: string;
  spotlight: string;
  border: string;
  line: string;
  fill: string;
  fill2: string;
  shadow: string;
  tPlain: string;
  tPlainBg: string;
  tSilver: string;
  tSilverBg: string;
  tGold: string;
  tGoldText: string;
  tGoldBg: string;
  tPlat: string;
  tPlatBg: string;
  tBlack: string;
  tBlackBg: string;
  /** Chart series, in the order they are given out. */
  series: readonly string[];
  /** Heat, from nothing to most. */
  heat: readonly string[];
}

export const light: Palette = {
  primary: "#0F6C75",
  primaryHover: "#0B5A62",
  primaryActive: "#094B52",
  primaryBg: "#E6F1F1",
  primaryBgHover: "#D6E8E8",
  primaryLine: "#A9CFD1",
  onPrimary: "#FFFFFF",
  success: "#2F7548",
  successBg: "#EBF4EE",
  warning: "#94590A",
  warningBg: "#FBF3E4",
  warningLine: "#EAD3A6",
  error: "#B8352B",
  errorBg: "#FBEEEC",
  errorLine: "#ECC8C3",
  conflict: "#6D48A8",
  conflictBg: "#F2EDF9",
  conflictLine: "#D3C4EA",
  text: "#1C1B19",
  text2: "#5E5B55",
  text3: "#6E6A62",
  text4: "#B0ACA3",
  rail: "#F1EFEB",
  layout: "#F7F6F3",
  container: "#FFFFFF",
  elevated: "#FFFFFF",
  spotlight: "#1C1B19",
  border: "#D9D5CD",
  line: "#E9E6E0",
  fill: "#F4F2EE",
  fill2: "#EBE8E2",
  shadow: "0 1px 2px rgba(28,27,25,.06), 0 8px 24px rgba(28,27,25,.10)",
  tPlain: "#8A867D",
  tPlainBg: "#F1EFEB",
  tSilver: "#5B6B80",
  tSilverBg: "#EEF1F4",
  tGold: "#B8860B",
  tGoldText: "#8A6414",
  tGoldBg: "#F8F0DC",
  tPlat: "#3F6EA3",
  tPlatBg: "#E9F0F8",
  tBlack: "#1C1B19",
  tBlackBg: "#E8E5DF",
  series: ["#0F6C75", "#C58A2B", "#7C8794", "#8E5A7C", "#6F8F4E", "#B4593F"],
  heat: ["#F4F2EE", "#E0EDED", "#C2DCDC", "#96C1C3", "#5E9DA2", "#2B7B83", "#0F5B63"],
};

export const dark: Palette = {
  primary: "#4FB3B8",
  primaryHover: "#6CC5C9",
  primaryActive: "#3A9CA1",
  primaryBg: "#173234",
  primaryBgHover: "#1C3D3F",
  primaryLine: "#2B5D60",
  onPrimary: "#06292C",
  success: "#74BE8E",
  successBg: "#1B2B20",
  warning: "#DFA44C",
  warningBg: "#2F2719",
  warningLine: "#574526",
  error: "#EE8277",
  errorBg: "#32201E",
  errorLine: "#5C342F",
  conflict: "#B296E3",
  conflictBg: "#282235",
  conflictLine: "#4A3C66",
  text: "#ECEAE4",
  text2: "#ABA79E",
  text3: "#9A968C",
  text4: "#5C5953",
  rail: "#10100F",
  layout: "#141413",
  container: "#1B1B19",
  elevated: "#242422",
  spotlight: "#3D3B37",
  border: "#3D3B37",
  line: "#2A2926",
  fill: "#232321",
  fill2: "#2E2D2A",
  shadow: "0 0 0 1px #3D3B37, 0 12px 32px rgba(0,0,0,.5)",
  tPlain: "#8F8B82",
  tPlainBg: "#262522",
  tSilver: "#9AA8BA",
  tSilverBg: "#25292E",
  tGold: "#D9AB43",
  tGoldText: "#E0B759",
  tGoldBg: "#30291A",
  tPlat: "#86B0DF",
  tPlatBg: "#1E2834",
  tBlack: "#ECEAE4",
  tBlackBg: "#34322E",
  series: ["#4FB3B8", "#D9A24A", "#909BA8", "#C08BAD", "#9DBB79", "#DF8A70"],
  heat: ["#222220", "#1A3031", "#1B4144", "#1F575B", "#2A7378", "#429DA2", "#62BFC3"],
};
