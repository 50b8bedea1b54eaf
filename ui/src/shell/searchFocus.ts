import { useEffect } from "react";
import type { RefObject } from "react";

/** The search box of the screen in front; `/` goes there from anywhere. */
let boxes: readonly RefObject<HTMLInputElement | null>[] = [];

export function focusSearch(): boolean {
  const box = boxes.at(-1)?.current;
  if (!box) return false;
  box.focus();
  box.select();
  return true;
}

/** What is to be searched as soon as a box is there. */
let wanted: string | null = null;

function fill(): void {
  const box = boxes.at(-1)?.current;
  if (!box || wanted === null) return;
  // The way a person fills it: React hears the event, and the box's screen searches.
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(box, wanted);
  wanted = null;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  focusSearch();
}

/** Searches in the screen in front, or in the next one that has a box. */
export function searchFor(text: string): void {
  wanted = text;
  fill();
}

/** Makes a box the one that `/` reaches, while it is on the screen. */
export function useSearchTarget(box: RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    boxes = [...boxes, box];
    fill();
    return () => {
      boxes = boxes.filter((one) => one !== box);
    };
  }, [box]);
}

/** Letters typed when no field has the focus start a new search. The key itself lands in the box. */
export function useAnyLetter(box: RefObject<HTMLInputElement | null>, enabled: boolean): void {
  useEffect(() => {
    if (!enabled) return undefined;
    const heard = (event: KeyboardEvent) => {
      const free = document.activeElement === null || document.activeElement === document.body;
      const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
      if (!free || !plain || event.defaultPrevented || !/^[\p{L}\p{N}]$/u.test(event.key)) return;
      box.current?.focus();
      box.current?.select();
    };
    globalThis.addEventListener("keydown", heard);
    return () => globalThis.removeEventListener("keydown", heard);
  }, [box, enabled]);
}
