import { createHashHistory } from "@tanstack/react-router";

// A window that nobody sent elsewhere opens at the counter, without a redirect on the way.
if (globalThis.location.hash === "") globalThis.history.replaceState(null, "", "#/counter");

/** Addresses live after the #: the window has no server to ask for a path. */
export const address = createHashHistory();
