import { useEffect, useState } from "react";
import type { Progress } from "../host/call";
import { onProgress } from "../host/call";

/** How far a long piece of work is, while it runs. */
export function useProgress(what: string, running: boolean): Progress | null {
  const [progress, setProgress] = useState<Progress | null>(null);
  useEffect(() => {
    if (!running) return undefined;
    const stop = onProgress((next) => {
      if (next.what === what) setProgress(next);
    });
    return () => {
      stop();
      setProgress(null);
    };
  }, [what, running]);
  return progress;
}
