import type { LucideIcon } from "lucide-react";
import { CalendarCheck, Cloud, Settings, Store, Users } from "lucide-react";
import type { LazyExoticComponent, ReactNode } from "react";
import { lazy } from "react";
import { Screen as Counter } from "../features/counter/screen";

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
  return load ? lazy(async () => ({ default: (await load()).Screen })) : null;
}

export interface Room {
  id: "counter" | "today" | "customers" | "sync" | "settings";
  path: string;
  icon: LucideIcon;
  screen: Screen | null;
  /** Settings and sync sit at the foot of the rail. */
  foot: boolean;
}

const plan: readonly Room[] = [
  { id: "counter", path: "/counter", icon: Store, screen: Counter, foot: false },
  { id: "today", path: "/today", icon: CalendarCheck, screen: screenOf("today"), foot: false },
  { id: "customers", path: "/customers", icon: Users, screen: screenOf("customers"), foot: false },
  { id: "sync", path: "/sync", icon: Cloud, screen: screenOf("sync"), foot: true },
  { id: "settings", path: "/settings", icon: Settings, screen: screenOf("settings"), foot: true },
];

/** The rooms that exist: one whose screen is not built has no place in the rail. */
export const rooms = plan.filter((room) => room.screen !== null);

/** Screens without a place in the rail. */
export const customerFile = screenOf("customer");
export const firstRun = screenOf("welcome");
export const importing = screenOf("import");
