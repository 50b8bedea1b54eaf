/** The cell with the focus; row −1 is the head. */
export interface Place {
  row: number;
  column: number;
}

export interface Dimensions {
  rows: number;
  columns: number;
  /** Rows that fit. */
  page: number;
}

export interface GridKey {
  key: string;
  shift: boolean;
  /** Ctrl, or ⌘ on a Mac. */
  mod: boolean;
}

export type GridIntent =
  | { do: "move"; to: Place; extend: boolean }
  | { do: "tick" }
  | { do: "open" }
  | { do: "sort" }
  | { do: "widen"; by: number }
  | { do: "all" }
  | { do: "clear" };

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(value, high));
}

function target(at: Place, { key, mod }: GridKey, size: Dimensions): Place | null {
  const lastRow = size.rows - 1;
  const lastColumn = size.columns - 1;
  switch (key) {
    case "ArrowDown":
      return { ...at, row: mod ? lastRow : clamp(at.row + 1, -1, lastRow) };
    case "ArrowUp":
      return { ...at, row: mod ? Math.min(0, lastRow) : clamp(at.row - 1, -1, lastRow) };
    case "ArrowRight":
      return { ...at, column: clamp(at.column + 1, 0, lastColumn) };
    case "ArrowLeft":
      return { ...at, column: clamp(at.column - 1, 0, lastColumn) };
    case "PageDown":
      return { ...at, row: clamp(at.row + size.page, Math.min(0, lastRow), lastRow) };
    case "PageUp":
      return { ...at, row: clamp(at.row - size.page, Math.min(0, lastRow), lastRow) };
    case "Home":
      return mod ? { row: Math.min(0, lastRow), column: 0 } : { ...at, column: 0 };
    case "End":
      return mod ? { row: lastRow, column: lastColumn } : { ...at, column: lastColumn };
    default:
      return null;
  }
}

/** What a key asks of the grid, or `null` when it is none of its business. Pure: the grid only carries it out. */
export function gridIntent(at: Place, pressed: GridKey, size: Dimensions): GridIntent | null {
  const { key, shift, mod } = pressed;
  if (at.row === -1) {
    if (shift && (key === "ArrowLeft" || key === "ArrowRight"))
      return { do: "widen", by: key === "ArrowRight" ? 8 : -8 };
    if (key === "Enter" || key === " ") return { do: "sort" };
  } else {
    if (key === " ") return { do: "tick" };
    if (key === "Enter" && !mod && !shift) return { do: "open" };
  }
  if (mod && key.toLowerCase() === "a") return { do: "all" };
  if (key === "Escape") return { do: "clear" };
  const to = target(at, pressed, size);
  if (to === null) return null;
  // Only rows are extended over; from the head there is nothing to extend.
  return { do: "move", to, extend: shift && at.row >= 0 && to.row >= 0 && to.row !== at.row };
}
