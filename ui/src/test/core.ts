import { vi } from "vitest";
import type { CommandName, Reply, Request } from "../host/call";
import { Failure } from "../host/failure";

/** What a test's core answers; a command without an answer fails the way the real one does. */
export type Answers = { [N in CommandName]?: (request: Request<N>) => Reply<N> };

/** Stands in for the way to the core: `vi.mock("../../host/call", () => import("../../test/core"))`. */
let answers: Answers = {};
const heard = new Map<string, Set<(payload: unknown) => void>>();

export const asked = vi.fn<(name: CommandName, request: unknown) => void>();
export const inWindow = false;

export function answer(next: Answers): void {
  answers = next;
  asked.mockClear();
}

export async function call<N extends CommandName>(name: N, request: Request<N>): Promise<Reply<N>> {
  asked(name, request);
  // The core is never answered within the same turn.
  await Promise.resolve();
  const reply = answers[name];
  if (reply === undefined) throw new Failure("command.unknown", { name });
  return reply(request);
}

function listen(event: string) {
  return (listener: (payload: never) => void): (() => void) => {
    const listeners = heard.get(event) ?? new Set();
    heard.set(event, listeners);
    listeners.add(listener as (payload: unknown) => void);
    return () => listeners.delete(listener as (payload: unknown) => void);
  };
}

/** The core announces something. */
export function announce(
  event: "touched" | "status" | "progress" | "open" | "closing",
  payload: unknown,
): void {
  heard.get(event)?.forEach((listener) => listener(payload));
}

export const onTouched = listen("touched");
export const onStatus = listen("status");
export const onProgress = listen("progress");
export const onOpen = listen("open");
export const onClosing = listen("closing");
