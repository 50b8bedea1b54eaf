import { beforeAll, describe, expect, it } from "vitest";
import type { Clock } from "./dates";
import { age, dayAndTime, daysSince, fullDay, shortDay } from "./dates";
import { count, currencySymbol, decimal, money, percent, quantity } from "./figures";
import { formatWith } from "./format";
import { i18next } from "./i18n";
import { chooseLanguage, nearest } from "./language";
import { phone } from "./phone";

describe("money", () => {
  it.each([
    [0, "0.00"],
    [5, "0.05"],
    [123_450, "1,234.50"],
    [-10_000, "\u2212100.00"],
    [-1, "\u22120.01"],
    [250_031_563, "2,500,315.63"],
  ])("%i fen in a column", (fen, written) => expect(money(fen)).toBe(written));

  it("stays exact past what a float can hold", () => {
    expect(money(900_719_925_474_099_301n)).toBe("9,007,199,254,740,993.01");
  });
  it("drops decimals in a headline only when whole", () => {
    expect(money(470_000, { symbol: "¥", headline: true })).toBe("¥4,700");
    expect(money(34_850, { symbol: "¥", headline: true })).toBe("¥348.50");
  });
  it("puts the sign before the currency", () => {
    expect(money(-34_850, { symbol: "¥" })).toBe("\u2212¥348.50");
    expect(money(26_800, { plus: true })).toBe("+268.00");
    expect(money(0, { plus: true })).toBe("0.00");
  });
  it("knows the currencies next door", () => {
    expect(currencySymbol("TWD")).toBe("NT$");
    expect(currencySymbol("JPY")).toBe("JPY ");
  });
});

describe("figures", () => {
  it("groups, signs and spaces", () => {
    expect(count(12_486)).toBe("12,486");
    expect(count(-3)).toBe("\u22123");
    expect(decimal(-0.001, 2)).toBe("0.00");
    expect(percent(0.0125, 2)).toBe("1.25 %");
    expect(quantity(1.5)).toBe("1.5");
    expect(quantity(2)).toBe("2");
  });
});

describe("phone", () => {
  it.each([
    ["13805716688", "138 0571 6688"],
    ["+8613805716688", "138 0571 6688"],
    ["+8657187654088", "0571 8765 4088"],
    ["057187654088;ext=12", "0571 8765 4088-12"],
    ["+862162345678", "021 6234 5678"],
    ["+886912345678", "0912 345 678"],
    ["+85291234567", "9123 4567"],
    ["1380571", "1380571"],
    ["问前台", "问前台"],
  ])("%s", (stored, written) => expect(phone(stored)).toBe(written));
});

describe("days", () => {
  const clock: Clock = { zone: "Asia/Shanghai", now: new Date("2026-09-18T06:02:00Z") };
  it("reads instants in the workspace's zone", () => {
    expect(dayAndTime("2026-08-06T07:31:00Z", clock)).toBe("08-06 15:31");
    expect(shortDay("2025-12-31T16:30:00Z", clock)).toBe("01-01");
    expect(shortDay("2025-12-31T15:30:00Z", clock)).toBe("2025-12-31");
    expect(fullDay("2019-11-02", clock)).toBe("2019-11-02");
    expect(dayAndTime(Date.UTC(2026, 7, 6, 7, 31), clock)).toBe("08-06 15:31");
  });
  it("counts calendar days, not hours", () => {
    expect(daysSince("2026-09-17T15:59:00Z", clock)).toBe(1);
    expect(daysSince("2026-09-17T16:01:00Z", clock)).toBe(0);
    expect(daysSince("2026-08-06", clock)).toBe(43);
    expect(daysSince("2026-09-23", clock)).toBe(-5);
  });
  it("says an age in one unit", () => {
    expect(age("2026-09-18T05:54:00Z", clock.now)).toEqual({ unit: "minute", count: 8 });
    expect(age("2026-09-17T06:02:00Z", clock.now)).toEqual({ unit: "hour", count: 24 });
    expect(age("2026-09-15T06:02:00Z", clock.now)).toEqual({ unit: "day", count: 3 });
    expect(age("2026-09-19T06:02:00Z", clock.now)).toEqual({ unit: "minute", count: 0 });
  });

  describe.each([
    ["zh-CN", "43 天前", "还有 5 天", "9 月 18 日，星期五", "2026 年 9 月", "8 分钟"],
    ["zh-TW", "43 天前", "還有 5 天", "9 月 18 日，星期五", "2026 年 9 月", "8 分鐘"],
    ["en", "43 d ago", "in 5 days", "Friday, 18 Sep", "Sep 2026", "8 min"],
  ] as const)("in %s", (tag, ago, ahead, long, month, minutes) => {
    beforeAll(() => chooseLanguage(tag));
    it("is said in words", () => {
      const format = formatWith(i18next.getFixedT(tag), clock, "CNY");
      expect(format.relativeDay("2026-08-06")).toBe(ago);
      expect(format.relativeDay("2026-09-23")).toBe(ahead);
      expect(format.longDay(clock.now)).toBe(long);
      expect(format.month(clock.now)).toBe(month);
      expect(format.age("2026-09-18T05:54:00Z")).toBe(minutes);
      expect(format.price(34_850)).toBe("¥348.50");
    });
  });
});

describe("language", () => {
  it.each([
    [["zh-HK", "en"], "zh-TW"],
    [["zh-Hant-CN"], "zh-TW"],
    [["zh"], "zh-CN"],
    [["fr", "en-GB"], "en"],
    [["fr"], "zh-CN"],
  ] as const)("%j", (wanted, found) => expect(nearest(wanted)).toBe(found));
});
