import { daysBetween } from "../../forms/days";
import { dayParts } from "../../i18n/dates";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";
import { useWorkspace } from "../../i18n/workspace";

const weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"] as const;

/** 周日: the short name of a day's weekday. */
export function useWeekday(): (day: string) => string {
  const t = useWords();
  const { zone } = useWorkspace();
  return (day) => t(`today:weekday.${weekdays[dayParts(day, zone).weekday] ?? "sunday"}`);
}

/** A day seen from the business day, not from the clock: 过 2 天, 今天, 周日, 10-02. */
export function useNear(today: string): (day: string) => { words: string; late: boolean } {
  const t = useWords();
  const format = useFormat();
  const weekday = useWeekday();
  return (day) => {
    const days = daysBetween(today, day);
    if (days < 0) return { words: t("today:late", { count: -days }), late: true };
    if (days === 0) return { words: t("common:date.today"), late: false };
    if (days === 1) return { words: t("common:date.tomorrow"), late: false };
    if (days < 7) return { words: weekday(day), late: false };
    return { words: t("today:due", { day: format.shortDay(day) }), late: false };
  };
}
