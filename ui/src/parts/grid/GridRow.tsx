import { Check, Minus } from "lucide-react";
import type { ReactNode } from "react";
import { memo } from "react";
import type { Column } from "./columns";

/** Ids of cells, for `aria-activedescendant`. */
export function cellId(grid: string, row: number, column: number): string {
  return `${grid}-${row}-${column}`;
}

/** The drawn tick box. The row's `aria-selected` says the same to a screen reader. */
export function TickBox({ state }: { state: "on" | "off" | "some" }) {
  return (
    <span className={state === "off" ? "ck" : "ck on"} aria-hidden="true">
      {state === "on" && <Check size={12} strokeWidth={2.6} />}
      {state === "some" && <Minus size={12} strokeWidth={2.6} />}
    </span>
  );
}

interface GridRowProps<Row> {
  grid: string;
  index: number;
  top: number;
  row: Row | undefined;
  columns: readonly Column<Row>[];
  state: ((row: Row) => ReactNode) | undefined;
  ticked: boolean;
  /** Column with the focus, −1 when it is in another row. */
  activeColumn: number;
}

function Row<Data>({ grid, index, top, row, columns, state, ticked, activeColumn }: GridRowProps<Data>) {
  return (
    <div
      role="row"
      className={`gr${ticked ? " sel" : ""}${activeColumn >= 0 ? " at" : ""}`}
      aria-rowindex={index + 2}
      aria-selected={ticked}
      aria-busy={row === undefined || undefined}
      data-row={index}
      data-testid="grid-row"
      style={{ transform: `translateY(${top}px)` }}
    >
      <span role="gridcell" aria-colindex={1} data-tick="">
        <TickBox state={ticked ? "on" : "off"} />
      </span>
      <span role="gridcell" aria-colindex={2} className="state">
        {row !== undefined && state?.(row)}
      </span>
      {columns.map((column, at) => (
        <span
          key={column.id}
          role="gridcell"
          id={cellId(grid, index, at)}
          aria-colindex={at + 3}
          data-column={at}
          className={`${column.end === true ? "r" : ""}${at === activeColumn ? " cellfocus" : ""}`}
        >
          {row === undefined ? <i className="skel late" /> : column.cell(row)}
        </span>
      ))}
    </div>
  );
}

/** One row; drawn again only when something of its own changed. */
export const GridRow = memo(Row) as typeof Row;
