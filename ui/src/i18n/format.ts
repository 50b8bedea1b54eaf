import { useMemo } from "react";
import type { Words } from "./words";
import { useWords } from "./words";
import { useNow } from "./now";
import type { Clock, Instant } from "./dates";
import { age, dayAndTime, dayParts, daysSince, fullDay, shortDay, timeOfDay } from "./dates";
import type { MoneyStyle } from "./figures";
import { currencySymbol, money } from "./figures";
import { useWorkspace } from "./workspace";

const weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"] as const;
const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"] as const;

export interface Format {
  /** ¥1,234.50: with the workspace's sign, for outside columns. */
  price(fen: number | bigint, style?: Omit<MoneyStyle, "symbol">): string;
  /** 43 天前, 昨天, 今天, 还有 5 天. */
  relativeDay(instant: Instant): string;
  /** 8 分钟: an age without a direction. */
  age(instant: Instant): string;
  shortDay(instant: Instant): string;
  fullDay(instant: Instant): string;
  time(instant: Instant): string;
  dayAndTime(instant: Instant): string;
  /** 9 月 18 日，星期五. */
  longDay(instant: Instant): string;
  /** 9 月 23 日: a day that comes every year. */
  monthDay(month: number, day: number): string;
  /** 2026 年 9 月. */
  month(instant: Instant): string;
}

export function formatWith(t: Words, clock: Clock, currency: string): Format {
  const monthDay = (month: number, day: number) =>
    t("common:date.month_day", { month, day, name: t(`common:month.${months[month - 1] ?? "jan"}`) });
  return {
    price: (fen, style) => money(fen, { ...style, symbol: currencySymbol(currency) }),
    relativeDay(instant) {
      const days = daysSince(instant, clock);
      if (days === 0) return t("common:date.today");
      if (days === 1) return t("common:date.yesterday");
      if (days === -1) return t("common:date.tomorrow");
      return days > 0
        ? t("common:date.days_ago", { count: days })
        : t("common:date.days_ahead", { count: -days });
    },
    age(instant) {
      const { unit, count } = age(instant, clock.now);
      return t(`common:age.${unit}`, { count });
    },
    shortDay: (instant) => shortDay(instant, clock),
    fullDay: (instant) => fullDay(instant, clock),
    time: (instant) => timeOfDay(instant, clock),
    dayAndTime: (instant) => dayAndTime(instant, clock),
    longDay(instant) {
      const { month, day, weekday } = dayParts(instant, clock.zone);
      const name = t(`common:weekday.${weekdays[weekday] ?? "sunday"}`);
      return t("common:date.long", { day: monthDay(month, day), weekday: name });
    },
    monthDay,
    month(instant) {
      const { year, month } = dayParts(instant, clock.zone);
      return t("common:date.month", { year, month, name: t(`common:month.${months[month - 1] ?? "jan"}`) });
    },
  };
}

/** Formatters in the language, zone and currency in force; they move on as the day does. */
export function useFormat(): Format {
  const t = useWords();
  const { zone, currency } = useWorkspace();
  const now = useNow();
  return useMemo(() => formatWith(t, { zone, now }, currency), [t, zone, now, currency]);
}
