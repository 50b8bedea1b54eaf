import type { RefObject } from "react";
import { useEffect, useState } from "react";

/** The field's text as far as it is decided: while an input method composes, what stood there before. */
export function useComposed(field: RefObject<HTMLInputElement | null>, text: string): string {
  const [composing, setComposing] = useState(false);
  const [decided, setDecided] = useState(text);
  useEffect(() => {
    const box = field.current;
    if (box === null) return undefined;
    const begin = () => setComposing(true);
    const end = () => setComposing(false);
    box.addEventListener("compositionstart", begin);
    box.addEventListener("compositionend", end);
    return () => {
      box.removeEventListener("compositionstart", begin);
      box.removeEventListener("compositionend", end);
    };
  }, [field]);
  if (!composing && decided !== text) setDecided(text);
  return composing ? decided : text;
}
