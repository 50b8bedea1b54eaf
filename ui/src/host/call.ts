import type { SyncStatus } from "../bindings/app";
import type { Commands } from "../bindings/commands";
import { toFailure } from "./failure";
import type { EventName, Transport } from "./transport";

export type CommandName = keyof Commands;
export type Request<N extends CommandName> = Commands[N]["request"];
export type Reply<N extends CommandName> = Commands[N]["reply"];

/** True inside Shuke's own window; false in a browser that talks to the development bridge. */
export const inWindow = "__TAURI_INTERNALS__" in globalThis;

function open(): Promise<Transport> {
  // `__BRIDGE__` is a constant of the build: in the product this branch, and the bridge with it, is dropped.
  if (__BRIDGE__ !== null && !inWindow) {
    const address = __BRIDGE__;
    return import("./bridge").then(({ bridge }) => bridge(address));
  }
  return import("./tauri").then(({ tauri }) => tauri);
}

const transport = open();

/** Runs a command of the core. Rejects with a `Failure`. */
export async function call<N extends CommandName>(name: N, request: Request<N>): Promise<Reply<N>> {
  try {
    // The core's own types generated `Commands`, so its answer is taken as typed.
    return (await (await transport).call(name, request)) as Reply<N>;
  } catch (thrown) {
    throw toFailure(thrown);
  }
}

function subscribe(event: EventName, listener: (payload: unknown) => void): () => void {
  let stopped = false;
  let stop: (() => void) | null = null;
  void transport.then((way) => {
    if (!stopped) stop = way.listen(event, listener);
  });
  return () => {
    stopped = true;
    stop?.();
  };
}

/** Tells which tags a committed change touched, whoever made it. */
export function onTouched(listener: (tags: string[]) => void): () => void {
  return subscribe("touched", (payload) => {
    if (Array.isArray(payload)) listener(payload.filter((tag) => typeof tag === "string"));
  });
}

/** Tells how it stands with the shared server, whenever that changes. */
export function onStatus(listener: (status: SyncStatus) => void): () => void {
  return subscribe("status", (payload) => listener(payload as SyncStatus));
}

/** How far long work has come. */
export interface Progress {
  /** `import`, `demo`, `restore`. */
  what: string;
  done: number;
  all: number;
}

export function onProgress(listener: (progress: Progress) => void): () => void {
  return subscribe("progress", (payload) => listener(payload as Progress));
}

/** A link or file from outside asks for a screen. It opens screens only: nothing is written because of it. */
export function onOpen(listener: (path: string) => void): () => void {
  return subscribe("open", (payload) => {
    if (typeof payload === "string" && payload.startsWith("/")) listener(payload);
  });
}

/** Someone closes the window while work waits for the shared server. It stays open until `closeWindow`. */
export function onClosing(listener: () => void): () => void {
  return subscribe("closing", listener);
}
