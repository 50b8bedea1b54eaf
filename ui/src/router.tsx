import { createRootRoute, createRoute, createRouter, redirect } from "@tanstack/react-router";
import { toFailure } from "./host/failure";
import { Failed } from "./parts/Failed";
import { address } from "./shell/address";
import { Caller } from "./shell/Caller";
import { Frame } from "./shell/Frame";
import { customerFile, firstRun, importing, rooms, shifts } from "./shell/rooms";

const root = createRootRoute();
const frame = createRoute({ getParentRoute: () => root, id: "frame", component: Frame });

const start = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad() {
    const room = rooms[0];
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- the router's way of saying "go there"
    if (room) throw redirect({ to: room.path });
  },
});

const inFrame = rooms.map((room) =>
  createRoute({ getParentRoute: () => frame, path: room.path, component: room.screen ?? undefined }),
);

const file = createRoute({
  getParentRoute: () => frame,
  path: "/customers/$id",
  component: customerFile ?? undefined,
});

const importFile = createRoute({
  getParentRoute: () => frame,
  path: "/import",
  component: importing ?? undefined,
});

const shift = createRoute({
  getParentRoute: () => frame,
  path: "/shift",
  component: shifts ?? undefined,
});

const caller = createRoute({ getParentRoute: () => frame, path: "/call/$number", component: Caller });

const welcome = createRoute({
  getParentRoute: () => root,
  path: "/welcome",
  component: firstRun ?? undefined,
});

const gallery =
  __BRIDGE__ !== null
    ? [
        createRoute({ getParentRoute: () => root, path: "/gallery" }).lazy(async () => {
          const { galleryRoute } = await import("./gallery/route");
          return galleryRoute;
        }),
      ]
    : [];

export const router = createRouter({
  routeTree: root.addChildren([
    start,
    frame.addChildren([...inFrame, file, importFile, shift, caller]),
    welcome,
    ...gallery,
  ]),
  history: address,
  defaultPreload: false,
  defaultErrorComponent: ({ error, reset }) => <Failed failure={toFailure(error)} onRetry={reset} />,
});
