import type { RefObject } from "react";
import { useCallback, useEffect, useRef } from "react";

const plainLetter = /^[\p{L}\p{N}]$/u;

function isField(element: Element | null): boolean {
  if (element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement) return true;
  return element instanceof HTMLInputElement && !/^(checkbox|radio|button|submit|range)$/.test(element.type);
}

/**
 * The search box has the focus whenever nothing else has, and takes any letter typed outside a field. `rest` is
 * what Esc does: the box is left, until the next letter or click.
 */
export function useBoxFocus(box: RefObject<HTMLInputElement | null>, enabled: boolean): { rest: () => void } {
  const resting = useRef(false);
  const settle = useCallback(() => {
    const free = document.activeElement === null || document.activeElement === document.body;
    if (enabled && free && !resting.current) box.current?.focus();
  }, [box, enabled]);
  // A focused button that disappears leaves the focus nowhere, and tells nobody: look after every drawing.
  useEffect(settle);
  useEffect(() => {
    const later = () => void setTimeout(settle, 0);
    const touched = () => {
      resting.current = false;
      later();
    };
    globalThis.addEventListener("focusout", later);
    globalThis.addEventListener("pointerup", touched);
    return () => {
      globalThis.removeEventListener("focusout", later);
      globalThis.removeEventListener("pointerup", touched);
    };
  }, [settle]);
  useEffect(() => {
    if (!enabled) return undefined;
    const heard = (event: KeyboardEvent) => {
      const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.defaultPrevented;
      if (!plain || isField(document.activeElement) || !plainLetter.test(event.key)) return;
      resting.current = false;
      box.current?.focus();
      box.current?.select();
    };
    globalThis.addEventListener("keydown", heard);
    return () => globalThis.removeEventListener("keydown", heard);
  }, [box, enabled]);
  const rest = useCallback(() => {
    resting.current = true;
    box.current?.blur();
  }, [box]);
  return { rest };
}
