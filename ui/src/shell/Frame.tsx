import { useQueryClient } from "@tanstack/react-query";
import { Navigate, Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { Suspense, useEffect, useMemo, useRef, useState } from "react";
import { onOpen } from "../host/call";
import { useRead } from "../query/use";
import { WorkspaceContext } from "../i18n/workspace";
import { Bars } from "../parts/Bars";
import { UndoToasts } from "../parts/UndoToast";
import { address } from "./address";
import { Catch } from "./Catch";
import { Closing } from "./Closing";
import { useKeys } from "./hotkeys";
import { useIdleLock } from "./idle";
import { later } from "./later";
import { Rail } from "./Rail";
import { roomsOf } from "./rooms";
import { focusSearch } from "./searchFocus";
import { StatusBar } from "./StatusBar";
import { useWaiting } from "./waiting";
import { zoomBy } from "./zoom";
import "./lock.css";

const KeySheet = later(async () => (await import("./KeySheet")).KeySheet);
const Lock = later(async () => (await import("./Lock")).Lock);
const Rescue = later(async () => (await import("./Rescue")).Rescue);
const Switcher = later(async () => (await import("./Switcher")).Switcher);

/** Rail, screen, status bar; and the keys that hold everywhere. */
export function Frame() {
  const navigate = useNavigate();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const home = useRead("home.state", null);
  const session = home.data;
  const [sheet, setSheet] = useState(false);
  const [switching, setSwitching] = useState(false);
  const locked = session?.lock !== undefined;
  useIdleLock(locked ? undefined : session?.lock_after);
  const rooms = roomsOf(session?.person?.role);
  const go = (index: number) => {
    const room = rooms[index];
    if (room) void navigate({ to: room.path });
  };
  useEffect(() => onOpen((target) => address.push(target)), []);
  // What one person was shown is not shown to the next, not even for the moment until it is read anew.
  const client = useQueryClient();
  const person = session?.person?.id;
  const before = useRef<string>(undefined);
  useEffect(() => {
    if (person === undefined) return;
    if (before.current !== undefined && before.current !== person) {
      void client.resetQueries({ predicate: ({ queryKey }) => queryKey[0] !== "home.state" });
    }
    before.current = person;
  }, [client, person]);
  useKeys({
    "shell.search": () => {
      // A screen without a search box of its own sends to the counter's.
      if (!focusSearch()) go(0);
    },
    "shell.keys": () => setSheet(true),
    "shell.switch": () => setSwitching(true),
    "shell.larger": () => zoomBy(1),
    "shell.smaller": () => zoomBy(-1),
    "shell.plain": () => zoomBy(0),
    "shell.room1": () => go(0),
    "shell.room2": () => go(1),
    "shell.room3": () => go(2),
    "shell.room4": () => go(3),
    "shell.room5": () => go(4),
    "shell.room6": () => go(5),
  });
  const zone = session?.time_zone ?? "Asia/Shanghai";
  const currency = session?.currency ?? "CNY";
  const waiting = useWaiting(zone, session?.phase === "ready" && !locked);
  const tiers = session?.tier_titles;
  const terms = useMemo(
    () => ({ zone, currency, ...(tiers === undefined ? {} : { tiers }) }),
    [zone, currency, tiers],
  );
  // Nothing founded, nothing joined: the first run.
  if (session?.phase === "new") return <Navigate to="/welcome" replace />;
  // Nobody is in: nothing of what lies behind is drawn, not even under something.
  if (session !== undefined && locked) {
    return (
      <WorkspaceContext value={terms}>
        <Lock session={session} />
        <Closing />
      </WorkspaceContext>
    );
  }
  return (
    <WorkspaceContext value={terms}>
      <div className="app">
        <Rail
          rooms={rooms}
          person={session?.person?.name ?? null}
          waiting={waiting}
          onSwitch={() => setSwitching(true)}
        />
        <main className="main">
          <Catch key={path}>
            <Suspense fallback={<Bars count={3} />}>
              {session !== undefined && <Outlet />}
              {session === undefined && home.error === null && <Bars count={3} />}
              {session === undefined && home.error !== null && (
                <Rescue failure={home.error} onRetry={() => void home.refetch()} />
              )}
            </Suspense>
          </Catch>
        </main>
        <StatusBar session={session} />
      </div>
      <Closing />
      <UndoToasts />
      {sheet && <KeySheet onClose={() => setSheet(false)} />}
      {switching && <Switcher guarded={session?.guarded === true} onClose={() => setSwitching(false)} />}
    </WorkspaceContext>
  );
}
