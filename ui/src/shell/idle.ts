import { useEffect } from "react";
import { call } from "../host/call";

const signs = ["pointerdown", "keydown", "wheel"] as const;

/** Locks after so many minutes in which nobody touched anything; nothing: never by itself. */
export function useIdleLock(minutes: number | undefined): void {
  useEffect(() => {
    if (minutes === undefined) return undefined;
    let timer: ReturnType<typeof setTimeout>;
    const begin = () => {
      clearTimeout(timer);
      timer = setTimeout(() => void call("people.sign_out", null).catch(() => undefined), minutes * 60_000);
    };
    begin();
    for (const sign of signs) globalThis.addEventListener(sign, begin, { passive: true, capture: true });
    return () => {
      clearTimeout(timer);
      for (const sign of signs) globalThis.removeEventListener(sign, begin, { capture: true });
    };
  }, [minutes]);
}
