import type { QueryClient } from "@tanstack/react-query";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { call } from "../../host/call";
import type { Failure } from "../../host/failure";
import { toFailure } from "../../host/failure";
import { opening } from "../../query/opening";
import type { Kept } from "./kept";
import { nothingKept, readKept } from "./kept";

/** Writes still under way; whoever reads waits for them, also after leaving the screen and coming back. */
let writing: Promise<void> = Promise.resolve();

export interface Keeper {
  /** `null` until it was read. */
  kept: Kept | null;
  /** Why it could not be read. */
  failure: Failure | null;
  /** The last change is in memory alone. */
  unsaved: boolean;
  change: (next: (kept: Kept) => Kept) => void;
  retry: () => void;
}

/** What was read as the window opened. */
function readAhead(client: QueryClient): Kept | null {
  const found = client.getQueryData(opening.kept.queryKey);
  return found === undefined ? null : readKept(found.kept);
}

/** The counter's draft and held sales: shown at once, written through in order. */
export function useKeeper(): Keeper {
  const client = useQueryClient();
  const [ahead] = useState(() => readAhead(client));
  const [kept, setKept] = useState<Kept | null>(ahead);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [unsaved, setUnsaved] = useState(false);
  const latest = useRef<Kept | null>(ahead);
  const written = useRef<Kept | null>(ahead);

  const load = useCallback(() => {
    let left = false;
    writing
      .then(() => call("screen.recall", { screen: "counter" }))
      .then(({ kept: found }) => {
        if (left) return;
        latest.current = readKept(found);
        written.current = latest.current;
        setKept(latest.current);
        setFailure(null);
      })
      .catch((thrown: unknown) => {
        if (!left) setFailure(toFailure(thrown));
      });
    return () => {
      left = true;
    };
  }, []);
  useEffect(() => {
    if (ahead === null) return load();
    // Only once: when somebody comes back it may have changed.
    client.removeQueries(opening.kept);
    return undefined;
  }, [ahead, client, load]);

  const write = useCallback(() => {
    writing = writing.then(async () => {
      const next = latest.current;
      // Several changes may have come while one was written: the last holds them all.
      if (next === null || next === written.current) return;
      try {
        await call("screen.keep", { screen: "counter", kept: next });
        written.current = next;
        setUnsaved(false);
      } catch {
        setUnsaved(true);
      }
    });
  }, []);

  const change = useCallback(
    (next: (kept: Kept) => Kept) => {
      latest.current = next(latest.current ?? nothingKept);
      setKept(latest.current);
      write();
    },
    [write],
  );

  const retry = useCallback(() => {
    setFailure(null);
    load();
  }, [load]);

  return { kept, failure, unsaved, change, retry };
}
