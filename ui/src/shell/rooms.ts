import type { LucideIcon } from "lucide-react";
import { CalendarCheck, Cloud, Medal, Settings, Store, Users } from "lucide-react";
import type { LazyExoticComponent, ReactNode } from "react";
import { lazy } from "react";
import type { Role } from "../bindings/nouns";
import { Screen as Counter } from "../features/counter/screen";
import { allSheets } from "../theme/sheets";

/** What a feature's `screen.tsx` exports. */
interface ScreenModule {
  Screen: () => ReactNode;
}

type Screen = ScreenModule["Screen"] | LazyExoticComponent<ScreenModule["Screen"]>;

/** All but the counter, which opens first and comes with the window. */
const screens = import.meta.glob<ScreenModule>([
  "../features/*/screen.tsx",
  "!../features/counter/screen.tsx",
]);

function screenOf(feature: string): Screen | null {
  const load = screens[`../features/${feature}/screen.tsx`];
  if (!load) return null;
  return lazy(async () => {
    const [{ Screen }] = await Promise.all([load(), allSheets()]);
    return { default: Screen };
  });
}

export interface Room {
  id: "counter" | "today" | "customers" | "club" | "sync" | "settings";
  path: string;
  icon: LucideIcon;
  screen: Screen | null;
  /** Settings and sync sit at the foot of the rail. */
  foot: boolean;
  /** Only for those who lead the shop. */
  lead?: boolean;
}

const plan: readonly Room[] = [
  { id: "counter", path: "/counter", icon: Store, screen: Counter, foot: false },
  { id: "today", path: "/today", icon: CalendarCheck, screen: screenOf("today"), foot: false },
  { id: "customers", path: "/customers", icon: Users, screen: screenOf("customers"), foot: false },
  { id: "club", path: "/club", icon: Medal, screen: screenOf("club"), foot: false, lead: true },
  { id: "sync", path: "/sync", icon: Cloud, screen: screenOf("sync"), foot: true },
  { id: "settings", path: "/settings", icon: Settings, screen: screenOf("settings"), foot: true },
];

/** The rooms that exist: one whose screen is not built has no place in the rail. */
export const rooms = plan.filter((room) => room.screen !== null);

/** Those of a person, in the order of their keys. */
export function roomsOf(role: Role | undefined): readonly Room[] {
  const leads = role === "owner" || role === "manager";
  return rooms.filter((room) => leads || room.lead !== true);
}

/** Screens without a place in the rail. */
export const customerFile = screenOf("customer");
export const firstRun = screenOf("welcome");
export const importing = screenOf("import");
export const shifts = screenOf("shift");
