/** Days as the core writes them, 2026-09-18: a day has no zone, so it is counted in UTC. */
function parts(day: string): Date {
  return new Date(`${day}T00:00:00Z`);
}

function write(date: Date): string {
  return date.toISOString().slice(0, 10);
}

export function addDays(day: string, count: number): string {
  const date = parts(day);
  date.setUTCDate(date.getUTCDate() + count);
  return write(date);
}

/** The Monday after: on a Monday, the next one. */
export function nextMonday(day: string): string {
  const weekday = parts(day).getUTCDay();
  return addDays(day, weekday === 0 ? 1 : 8 - weekday);
}

/** Whole days from `from` to `to`: positive when `to` is later. */
export function daysBetween(from: string, to: string): number {
  return Math.round((parts(to).getTime() - parts(from).getTime()) / 86_400_000);
}
