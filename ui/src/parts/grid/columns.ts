import type { ReactNode } from "react";
import { useCallback, useMemo, useState } from "react";

export interface Column<Row> {
  id: string;
  title: string;
  width: number;
  /** The narrowest it may become. */
  least?: number;
  /** Takes what is left of the width; for the last column. */
  grow?: boolean;
  /** Figures are right-aligned. */
  end?: boolean;
  /** Clicking the head sorts. */
  sortable?: boolean;
  /** A column without which a row means nothing. */
  fixed?: boolean;
  cell: (row: Row) => ReactNode;
}

export interface ColumnLayout<Row> {
  /** All columns, hidden ones too, for the menu. */
  every: readonly Column<Row>[];
  shown: readonly Column<Row>[];
  widthOf: (column: Column<Row>) => number;
  resize: (id: string, width: number) => void;
  show: (id: string, shown: boolean) => void;
  resetWidths: () => void;
}

interface Kept {
  widths: Record<string, number>;
  hidden: string[];
}

function read(place: string): Kept {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(place) ?? "null");
    if (typeof kept === "object" && kept !== null && "widths" in kept && "hidden" in kept)
      return kept as Kept;
  } catch {
    // A damaged note about column widths is not worth a word to anybody.
  }
  return { widths: {}, hidden: [] };
}

/** Which columns are shown and how wide, kept on this device under `name`. */
export function useColumns<Row>(name: string, columns: readonly Column<Row>[]): ColumnLayout<Row> {
  const place = `shuke.columns.${name}`;
  const [kept, setKept] = useState(() => read(place));
  const change = useCallback(
    (next: (old: Kept) => Kept) => {
      setKept((old) => {
        const changed = next(old);
        localStorage.setItem(place, JSON.stringify(changed));
        return changed;
      });
    },
    [place],
  );
  return useMemo(
    () => ({
      every: columns,
      shown: columns.filter((column) => column.fixed === true || !kept.hidden.includes(column.id)),
      widthOf: (column) => kept.widths[column.id] ?? column.width,
      resize(id, width) {
        const least = columns.find((column) => column.id === id)?.least ?? 48;
        change((old) => ({ ...old, widths: { ...old.widths, [id]: Math.max(least, Math.round(width)) } }));
      },
      show(id, shown) {
        change((old) => ({
          ...old,
          hidden: shown ? old.hidden.filter((one) => one !== id) : [...old.hidden, id],
        }));
      },
      resetWidths: () => change((old) => ({ ...old, widths: {} })),
    }),
    [columns, kept, change],
  );
}
