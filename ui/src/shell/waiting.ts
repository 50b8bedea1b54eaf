import { useQuery } from "@tanstack/react-query";
import { dayParts } from "../i18n/dates";
import { useNow } from "../i18n/now";
import { opening } from "../query/opening";
import { useRead } from "../query/use";
import type { Room } from "./rooms";
import { useSyncStatus } from "./session";

/** More than this is told as this many: nobody counts further on a rail. */
const most = 99;

/** Work that waits, by room: tasks due until today and what somebody asks leave for, and changes not sent yet. */
export function useWaiting(zone: string, enabled: boolean): Partial<Record<Room["id"], number>> {
  const now = useNow();
  const tasks = useQuery({ ...opening.due, enabled }).data ?? [];
  const leave = useRead("approval.list", null, { enabled }).data;
  const asked = leave?.mine === true ? leave.waiting.length : 0;
  const unsent = useSyncStatus()?.outbox_count ?? 0;
  const { year, month, day } = dayParts(now, zone);
  const today = [String(year), String(month).padStart(2, "0"), String(day).padStart(2, "0")].join("-");
  // A due day is 2026-09-18, so its letters sort as days do.
  const due = tasks.filter((task) => task.due_on !== null && task.due_on <= today).length;
  return { today: Math.min(due + asked, most), sync: Math.min(unsent, most) };
}
