import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  Outlet,
  RouterProvider,
} from "@tanstack/react-router";
import type { ReactNode } from "react";
import { vi } from "vitest";
import { show } from "./show";

// The router scrolls on arrival; jsdom has nowhere to scroll to.
vi.stubGlobal("scrollTo", () => undefined);

/** Draws a screen at an address of its own; wherever it leads, the address is told. */
export async function showAt(part: ReactNode) {
  const root = createRootRoute({ component: () => <Outlet /> });
  const here = createRoute({ getParentRoute: () => root, path: "/", component: () => part });
  const elsewhere = createRoute({ getParentRoute: () => root, path: "$", component: () => null });
  const router = createRouter({
    routeTree: root.addChildren([here, elsewhere]),
    history: createMemoryHistory({ initialEntries: ["/"] }),
  });
  await router.load();
  const drawn = show(<RouterProvider router={router as never} />);
  return { ...drawn, address: () => router.state.location.pathname };
}
