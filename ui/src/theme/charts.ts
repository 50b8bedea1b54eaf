import type { Palette } from "./palette";

/** The palette as an ECharts theme: lines without symbols, no axis lines, nothing that moves. */
export function chartTheme(p: Palette, font: string) {
  const label = { color: p.text3, fontSize: 11, lineHeight: 16 };
  const axis = {
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: label,
    splitLine: { lineStyle: { color: p.line, width: 1 } },
  };
  return {
    color: [...p.series],
    backgroundColor: "transparent",
    animation: false,
    textStyle: { fontFamily: font, color: p.text, fontSize: 11 },
    line: { smooth: false, showSymbol: false, lineStyle: { width: 2 } },
    bar: { itemStyle: { borderRadius: 2 } },
    categoryAxis: { ...axis, splitLine: { show: false } },
    valueAxis: axis,
    timeAxis: { ...axis, splitLine: { show: false } },
    logAxis: axis,
    legend: { textStyle: { ...label, color: p.text2 }, itemWidth: 12, itemHeight: 2 },
    tooltip: {
      backgroundColor: p.elevated,
      borderColor: p.border,
      borderWidth: 1,
      padding: [6, 10],
      textStyle: { color: p.text, fontSize: 12, lineHeight: 16 },
      transitionDuration: 0,
    },
  };
}

/** Text on a heat cell turns over at the sixth of the seven steps. */
export function heatText(p: Palette, step: number): string {
  return step >= 5 ? p.onPrimary : p.text;
}
