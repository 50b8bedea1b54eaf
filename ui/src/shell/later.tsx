import type { ComponentType, ReactNode } from "react";
import { lazy, Suspense, useState } from "react";
import { allSheets } from "../theme/sheets";

const waiting = new Set<() => Promise<unknown>>();

/** Reads in all that the first picture did without, and what those parts in turn put off. */
export async function readLater(): Promise<void> {
  while (waiting.size > 0) {
    const reads = [...waiting];
    waiting.clear();
    await Promise.all(reads.map((read) => read()));
  }
}

/**
 * A part that the first picture does without: its code is read in when the window stands. Whoever wants it sooner
 * waits for it alone; afterwards it is drawn at once, like any other.
 */
export function later<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): (props: Props) => ReactNode {
  let here: ComponentType<Props> | null = null;
  const read = async () => {
    const [part] = await Promise.all([load(), allSheets()]);
    here = part;
    return { default: part };
  };
  const Late = lazy(read);
  waiting.add(read);
  return function Later(props: Props) {
    // What it was at first it stays: another kind of component would lose what was typed in it.
    const [Part] = useState(() => here ?? Late);
    return (
      <Suspense fallback={null}>
        <Part {...props} />
      </Suspense>
    );
  };
}
