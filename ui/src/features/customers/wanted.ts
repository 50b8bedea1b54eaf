import { useCallback, useState } from "react";
import type { Condition } from "../../bindings/app";
import type { Sort } from "../../parts/grid/GridHead";

/** What the list is asked for. */
export interface Wanted {
  conditions: readonly Condition[];
  sort: Sort;
  text: string;
  /** The row that had the focus. */
  at: number;
}

/** Kept while the window lives: who comes back from a file finds the list as it was left. */
let kept: Wanted = { conditions: [], sort: { by: "last_sale", descending: true }, text: "", at: 0 };

/** Forgets what was asked for; between tests. */
export function forget(): void {
  kept = { conditions: [], sort: { by: "last_sale", descending: true }, text: "", at: 0 };
}

export function useWanted(): [Wanted, (patch: Partial<Wanted>) => void] {
  const [wanted, setWanted] = useState(kept);
  const change = useCallback((patch: Partial<Wanted>) => {
    kept = { ...kept, ...patch };
    setWanted(kept);
  }, []);
  return [wanted, change];
}

/** Remembers the row without drawing anything anew. */
export function keepPlace(at: number): void {
  kept = { ...kept, at };
}
