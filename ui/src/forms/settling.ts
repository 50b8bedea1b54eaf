import { useState } from "react";
import type { ConflictRow, ConflictSide, Settled, SettleConflicts } from "../bindings/app";
import { call } from "../host/call";
import type { Failure } from "../host/failure";
import { toFailure } from "../host/failure";
import { count } from "../i18n/figures";
import { useWords } from "../i18n/words";
import { offerUndo } from "../parts/UndoToast";

/** What stands at present, and what does not. */
export function sidesOf(row: ConflictRow): { standing: ConflictSide; other: ConflictSide } {
  return row.leads === "mine"
    ? { standing: row.mine, other: row.theirs }
    : { standing: row.theirs, other: row.mine };
}

export type Choice = "standing" | "other" | "original" | number;

/** The core's words for a choice: it speaks of mine and theirs. A number is a place among the others. */
export function choiceOf(row: ConflictRow, choice: Choice): Pick<SettleConflicts, "take" | "other"> {
  if (typeof choice === "number") return { take: "other", other: choice };
  if (choice === "original") return { take: "original" };
  const standing = row.leads === "mine" ? "mine" : "theirs";
  const other = row.leads === "mine" ? "theirs" : "mine";
  return { take: choice === "standing" ? standing : other };
}

interface Settling {
  failure: Failure | null;
  busy: boolean;
  settle: (rows: readonly ConflictRow[], choice: Choice) => Promise<void>;
}

/** Settles, one or many, and offers to take it back. What each row says goes along: nothing is settled unseen. */
export function useSettling(): Settling {
  const t = useWords();
  const [failure, setFailure] = useState<Failure | null>(null);
  const [busy, setBusy] = useState(false);
  const settle = async (rows: readonly ConflictRow[], choice: Choice) => {
    setBusy(true);
    setFailure(null);
    const settled: Settled[] = [];
    try {
      // Where the reader's own value stands and where it does not, the core calls the choice otherwise.
      for (const leads of ["mine", "theirs"]) {
        const group = rows.filter((row) => row.leads === leads);
        const [first] = group;
        if (first === undefined) continue;
        const conflicts = group.map(({ id, as_of }) => ({ id, as_of }));
        const done = await call("conflict.settle", { conflicts, ...choiceOf(first, choice) });
        settled.push(...done.settled);
      }
    } catch (thrown) {
      setFailure(toFailure(thrown));
    } finally {
      setBusy(false);
    }
    if (settled.length === 0) return;
    offerUndo(t("parts:conflict.settled", { count: settled.length, figure: count(settled.length) }), () => {
      void call("conflict.unsettle", { settled });
    });
  };
  return { failure, busy, settle };
}
