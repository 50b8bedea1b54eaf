/** A bare day (`2026-09-18`), an instant as RFC 3339, or as milliseconds since 1970, which is how the core sends it. */
export type Instant = string | number | Date;

export interface Clock {
  /** IANA name of the workspace's zone. */
  zone: string;
  now: Date;
}

export interface DayParts {
  year: number;
  month: number;
  day: number;
  hour: string;
  minute: string;
  /** 0 is Sunday. */
  weekday: number;
}

const readers = new Map<string, Intl.DateTimeFormat>();

function reader(zone: string): Intl.DateTimeFormat {
  let made = readers.get(zone);
  if (made === undefined) {
    made = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
    readers.set(zone, made);
  }
  return made;
}

const bareDay = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Reads an instant in the workspace's zone. A bare day (2026-09-18) has no zone and is taken as it is. */
export function dayParts(instant: Instant, zone: string): DayParts {
  const bare = typeof instant === "string" ? bareDay.exec(instant) : null;
  if (bare) {
    const [year, month, day] = [Number(bare[1]), Number(bare[2]), Number(bare[3])];
    return { year, month, day, hour: "00", minute: "00", weekday: weekdayOf(year, month, day) };
  }
  const parts = reader(zone).formatToParts(new Date(instant));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value ?? "";
  const [year, month, day] = [Number(part("year")), Number(part("month")), Number(part("day"))];
  return {
    year,
    month,
    day,
    hour: part("hour"),
    minute: part("minute"),
    weekday: weekdayOf(year, month, day),
  };
}

function weekdayOf(year: number, month: number, day: number): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay();
}

const two = (value: number) => String(value).padStart(2, "0");

/** 08-06 within the clock's year, 2025-08-06 outside it. */
export function shortDay(instant: Instant, clock: Clock): string {
  const { year, month, day } = dayParts(instant, clock.zone);
  const within = `${two(month)}-${two(day)}`;
  return year === dayParts(clock.now, clock.zone).year ? within : `${year}-${within}`;
}

/** 2019-11-02, whatever the year. */
export function fullDay(instant: Instant, clock: Clock): string {
  const { year, month, day } = dayParts(instant, clock.zone);
  return `${year}-${two(month)}-${two(day)}`;
}

/** 14:02 in the workspace's zone. */
export function timeOfDay(instant: Instant, clock: Clock): string {
  const { hour, minute } = dayParts(instant, clock.zone);
  return `${hour}:${minute}`;
}

/** 08-06 15:31. */
export function dayAndTime(instant: Instant, clock: Clock): string {
  return `${shortDay(instant, clock)} ${timeOfDay(instant, clock)}`;
}

/** Whole calendar days from `instant` to the clock: 0 today, 1 yesterday, −1 tomorrow. */
export function daysSince(instant: Instant, clock: Clock): number {
  const then = dayParts(instant, clock.zone);
  const today = dayParts(clock.now, clock.zone);
  const utc = (parts: DayParts) => Date.UTC(parts.year, parts.month - 1, parts.day);
  return Math.round((utc(today) - utc(then)) / 86_400_000);
}

/** How long ago, in the one unit that says it: minutes, then hours, then days. */
export function age(instant: Instant, now: Date): { unit: "minute" | "hour" | "day"; count: number } {
  const minutes = Math.max(0, Math.floor((now.getTime() - new Date(instant).getTime()) / 60_000));
  if (minutes < 60) return { unit: "minute", count: minutes };
  if (minutes < 48 * 60) return { unit: "hour", count: Math.floor(minutes / 60) };
  return { unit: "day", count: Math.floor(minutes / 1440) };
}
