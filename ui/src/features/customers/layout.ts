import { useCallback, useMemo, useRef, useState } from "react";
import { call } from "../../host/call";
import type { Column, ColumnLayout } from "../../parts/grid/columns";
import { useRead } from "../../query/use";

/** How the columns stand, as it is kept on this device. */
// A type, not an interface: only then does it pass for plain JSON.
export type KeptColumns = {
  order: string[];
  hidden: string[];
  widths: Record<string, number>;
};

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const strings = (value: unknown): string[] | null =>
  Array.isArray(value) && value.every((one) => typeof one === "string") ? value : null;

/** Reads what was kept; whatever is damaged or unknown counts as never set. */
export function readColumns(found: unknown, hiddenAtFirst: readonly string[]): KeptColumns {
  const kept = isRecord(found) ? found : {};
  const widths = Object.entries(isRecord(kept["widths"]) ? kept["widths"] : {});
  return {
    order: strings(kept["order"]) ?? [],
    hidden: strings(kept["hidden"]) ?? [...hiddenAtFirst],
    widths: Object.fromEntries(
      widths.filter((entry): entry is [string, number] => typeof entry[1] === "number"),
    ),
  };
}

/** The columns in the kept order; ones the order does not know keep their place behind it. */
export function ordered<C extends { id: string }>(columns: readonly C[], order: readonly string[]): C[] {
  const place = (column: C) => {
    const at = order.indexOf(column.id);
    return at < 0 ? order.length + columns.indexOf(column) : at;
  };
  return [...columns].sort((a, b) => place(a) - place(b));
}

export interface MovableLayout<Row> extends ColumnLayout<Row> {
  /** One place to the left (−1) or the right (1). */
  move: (id: string, by: -1 | 1) => void;
}

/** Columns shown, their order and widths, remembered on this device. A drag is written once it rests. */
export function useColumnLayout<Row>(
  columns: readonly Column<Row>[],
  hiddenAtFirst: readonly string[],
): MovableLayout<Row> {
  const found = useRead("screen.recall", { screen: "customers" }, { gcTime: 0, staleTime: 0 }).data;
  const [changed, setChanged] = useState<KeptColumns | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const kept = useMemo(
    () => changed ?? readColumns(found?.kept, hiddenAtFirst),
    [changed, found, hiddenAtFirst],
  );
  const change = useCallback((next: KeptColumns) => {
    setChanged(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      void call("screen.keep", { screen: "customers", kept: next });
    }, 400);
  }, []);
  return useMemo(() => {
    const every = ordered(columns, kept.order);
    return {
      every,
      shown: every.filter((column) => column.fixed === true || !kept.hidden.includes(column.id)),
      widthOf: (column) => kept.widths[column.id] ?? column.width,
      resize(id, width) {
        const least = columns.find((column) => column.id === id)?.least ?? 48;
        change({ ...kept, widths: { ...kept.widths, [id]: Math.max(least, Math.round(width)) } });
      },
      show(id, shown) {
        const others = kept.hidden.filter((one) => one !== id);
        change({ ...kept, hidden: shown ? others : [...others, id] });
      },
      move(id, by) {
        const order = every.map((column) => column.id);
        const at = order.indexOf(id);
        const other = order[at + by];
        if (at < 0 || other === undefined) return;
        order[at] = other;
        order[at + by] = id;
        change({ ...kept, order });
      },
      resetWidths: () => change({ ...kept, widths: {} }),
    };
  }, [columns, kept, change]);
}
