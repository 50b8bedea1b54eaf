import { useEffect, useRef, useSyncExternalStore } from "react";
import type { KeyId } from "./keys";
import { firesWhileTyping, keyIds, keyRow, matches, onMac } from "./keys";

export type KeyHandler = (event: KeyboardEvent) => void;
export type KeyHandlers = Partial<Record<KeyId, KeyHandler>>;

interface Layer {
  handlers: () => KeyHandlers;
  ids: readonly KeyId[];
  /** A dialog: what lies under it gets no keys. */
  modal: boolean;
}

let layers: readonly Layer[] = [];
let caps: readonly KeyId[] = [];
const listeners = new Set<() => void>();

function announce(): void {
  const from = layers.findLastIndex((layer) => layer.modal);
  const live = new Set(layers.slice(Math.max(0, from)).flatMap((layer) => layer.ids));
  caps = keyIds.filter((id) => keyRow(id).cap === true && live.has(id));
  listeners.forEach((listener) => listener());
}

function add(layer: Layer): () => void {
  layers = [...layers, layer];
  announce();
  return () => {
    layers = layers.filter((one) => one !== layer);
    announce();
  };
}

function isField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (
    target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  )
    return true;
  return target instanceof HTMLInputElement && !/^(checkbox|radio|button|submit|range)$/.test(target.type);
}

/** Finds who answers a stroke: the newest layer first, nothing under a dialog. */
export function dispatch(event: KeyboardEvent, mac = onMac): boolean {
  if (event.defaultPrevented || (event.repeat && event.key === "Enter")) return false;
  const typing = isField(event.target);
  for (const layer of layers.toReversed()) {
    for (const id of layer.ids) {
      const row = keyRow(id);
      const chord = row.on.find((one) => matches(one, event, mac));
      if (chord === undefined || (typing && !firesWhileTyping(row, chord))) continue;
      const handler = layer.handlers()[id];
      if (handler === undefined) continue;
      event.preventDefault();
      handler(event);
      return true;
    }
    if (layer.modal) return false;
  }
  return false;
}

/** One listener for the window, after everything that belongs to the focused part. */
export function listenForKeys(target: Window): () => void {
  const heard = (event: KeyboardEvent) => {
    dispatch(event);
  };
  target.addEventListener("keydown", heard);
  return () => target.removeEventListener("keydown", heard);
}

/** What the keys do while this part is shown. `modal` keeps keys from what lies under it. */
export function useKeys(handlers: KeyHandlers, options: { modal?: boolean; enabled?: boolean } = {}): void {
  const latest = useRef(handlers);
  useEffect(() => {
    latest.current = handlers;
  });
  const ids = Object.keys(handlers).join(" ");
  const { modal = false, enabled = true } = options;
  useEffect(() => {
    if (!enabled) return undefined;
    return add({ handlers: () => latest.current, ids: ids.split(" ").filter(Boolean) as KeyId[], modal });
  }, [ids, modal, enabled]);
}

/** Caps of keys that a part answers itself (the grid's arrows), shown while the part is on the screen. */
export function useCaps(ids: readonly KeyId[]): void {
  const joined = ids.join(" ");
  useEffect(() => {
    return add({ handlers: () => ({}), ids: joined.split(" ").filter(Boolean) as KeyId[], modal: false });
  }, [joined]);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The caps for the status bar, in the table's order. */
export function useShownCaps(): readonly KeyId[] {
  return useSyncExternalStore(subscribe, () => caps);
}
