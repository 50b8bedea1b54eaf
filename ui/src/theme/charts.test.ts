import { expect, it } from "vitest";
import { chartTheme } from "./charts";
import { fontFamily } from "./fonts";
import { dark, light } from "./palette";

it.each([light, dark])("draws charts quietly: no motion, no symbols, no axis lines", (palette) => {
  const theme = chartTheme(palette, fontFamily.en);
  expect(theme.animation).toBe(false);
  expect(theme.color).toEqual(palette.series);
  expect(theme.line).toMatchObject({ smooth: false, showSymbol: false, lineStyle: { width: 2 } });
  expect(theme.bar.itemStyle.borderRadius).toBe(2);
  expect(theme.valueAxis).toMatchObject({
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: palette.line } },
    axisLabel: { fontSize: 11, color: palette.text3 },
  });
  expect(theme.tooltip).toMatchObject({ backgroundColor: palette.elevated, borderWidth: 1 });
});
