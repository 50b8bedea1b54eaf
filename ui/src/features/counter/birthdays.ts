import type { Clock } from "../../i18n/dates";
import { dayParts } from "../../i18n/dates";

export interface Birthday {
  month: number;
  day: number;
  /** Days until it is kept next; `null` for the lunar calendar, which the core reckons. */
  days: number | null;
}

const isLeap = (year: number) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

/** Reads `1990-09-23` and `--09-23`. Who was born on 29 February keeps 28 February in other years. */
export function nextBirthday(birthday: string, lunar: boolean, clock: Clock): Birthday | null {
  const found = /^(?:\d{4}|-)-(\d{2})-(\d{2})$/.exec(birthday);
  if (found === null) return null;
  const [month, day] = [Number(found[1]), Number(found[2])];
  if (lunar) return { month, day, days: null };
  const today = dayParts(clock.now, clock.zone);
  const now = Date.UTC(today.year, today.month - 1, today.day);
  const kept = (year: number) =>
    Date.UTC(year, month - 1, month === 2 && day === 29 && !isLeap(year) ? 28 : day);
  const next = kept(today.year) >= now ? kept(today.year) : kept(today.year + 1);
  return { month, day, days: Math.round((next - now) / 86_400_000) };
}
