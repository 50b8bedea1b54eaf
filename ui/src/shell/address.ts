import { createHashHistory } from "@tanstack/react-router";

/** Addresses live after the #: the window has no server to ask for a path. */
export const address = createHashHistory();
