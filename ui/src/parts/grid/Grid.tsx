import type { KeyboardEvent, MouseEvent, ReactNode, Ref } from "react";
import { useCallback, useEffect, useId, useImperativeHandle, useLayoutEffect, useRef, useState } from "react";
import { defaultRangeExtractor, useVirtualizer } from "@tanstack/react-virtual";
import { useCaps } from "../../shell/hotkeys";
import { onMac } from "../../shell/keys";
import type { ColumnLayout } from "./columns";
import type { Sort } from "./GridHead";
import { GridHead } from "./GridHead";
import { cellId, GridRow } from "./GridRow";
import type { Place } from "./keyboard";
import { gridIntent } from "./keyboard";
import type { Ranges } from "./ranges";
import { add, all, between, has, none, size, toggle } from "./ranges";
import { reveal, spaceFor } from "./scale";
import { Scroller } from "./scroller";
import "./grid.css";

const rowHeight = 32;
const headHeight = 34;

export interface GridHandle {
  /** Shows the row and puts the focus on it. */
  jump: (row: number) => void;
  focus: () => void;
}

export interface GridProps<Row> {
  label: string;
  count: number;
  layout: ColumnLayout<Row>;
  rowAt: (index: number) => Row | undefined;
  /** Which rows are in sight, for loading them and for 第 … 到 … 位. */
  onWindow: (first: number, last: number) => void;
  selection: Ranges;
  onSelection: (selection: Ranges) => void;
  sort?: Sort;
  onSort?: (sort: Sort) => void;
  onActive?: (row: number) => void;
  onOpen?: (row: number) => void;
  /** Waiting or two values, in the narrow column at the left. */
  state?: (row: Row) => ReactNode;
  handle?: Ref<GridHandle>;
}

const caps = ["grid.move", "grid.tick", "grid.range", "grid.open"] as const;
const overscan = 6;
const estimate = () => rowHeight;
const wholeKey = (index: number) => index;

/** The row and column under a pointer, read from the marks the cells carry. */
function under(
  target: EventTarget,
): { row: number; column: number | null; tick: boolean; resize: boolean } | null {
  if (!(target instanceof Element)) return null;
  const row = target.closest<HTMLElement>("[data-row]")?.dataset["row"];
  if (row === undefined) return null;
  const column = target.closest<HTMLElement>("[data-column]")?.dataset["column"];
  return {
    row: Number(row),
    column: column === undefined ? null : Number(column),
    tick: target.closest("[data-tick]") !== null,
    resize: target.closest("[data-resize]") !== null,
  };
}

/** A table of any length: only what is seen exists, one tab stop, every cell reachable by arrows. */
export function Grid<Row>(props: GridProps<Row>) {
  const {
    label,
    count,
    layout,
    rowAt,
    onWindow,
    selection,
    onSelection,
    sort,
    onSort,
    onActive,
    onOpen,
    state,
  } = props;
  const grid = useId();
  const [element, setElement] = useState<HTMLDivElement | null>(null);
  const [scroller] = useState(() => new Scroller());
  const [view, setView] = useState(0);
  const [active, setActive] = useState<Place>({ row: 0, column: 0 });
  const anchor = useRef(0);
  const columns = layout.shown;
  useCaps(caps);

  const row = Math.min(active.row, count - 1);
  const at: Place = { row, column: Math.min(active.column, columns.length - 1) };
  const extent = { total: count * rowHeight, view };
  const total = extent.total;
  useLayoutEffect(() => scroller.resize({ total, view }), [scroller, total, view]);

  const rows = useVirtualizer<HTMLDivElement, Element>({
    count,
    getScrollElement: () => element,
    estimateSize: estimate,
    getItemKey: wholeKey,
    overscan,
    observeElementOffset: scroller.observe,
    observeElementRect: useCallback((instance, heard) => {
      const scrolled = instance.scrollElement;
      if (scrolled === null) return undefined;
      const measure = () => {
        setView(Math.max(0, scrolled.clientHeight - headHeight));
        heard({ width: scrolled.clientWidth, height: scrolled.clientHeight });
      };
      measure();
      const observer = new ResizeObserver(measure);
      observer.observe(scrolled);
      return () => observer.disconnect();
    }, []),
    scrollToFn: (offset) => scroller.moveTo(offset),
    // The row with the focus stays in the document, or `aria-activedescendant` would point at nothing.
    rangeExtractor(range) {
      const shown = defaultRangeExtractor(range);
      return row < 0 || shown.includes(row) ? shown : [...shown, row].sort((a, b) => a - b);
    },
  });

  const first = Math.min(count, Math.floor((rows.scrollOffset ?? 0) / rowHeight));
  const last = Math.max(
    first,
    Math.min(count - 1, Math.ceil(((rows.scrollOffset ?? 0) + view) / rowHeight) - 1),
  );
  useEffect(() => onWindow(first, last), [onWindow, first, last]);

  const goTo = (to: Place) => {
    setActive(to);
    if (to.row >= 0) scroller.moveTo(reveal(to.row, rowHeight, scroller.offset, extent));
    if (to.row !== at.row && to.row >= 0) onActive?.(to.row);
    const cell = columns[to.column];
    if (element !== null && cell !== undefined && to.column !== at.column) {
      const left = columns.slice(0, to.column).reduce((sum, column) => sum + layout.widthOf(column), 58);
      const right = left + layout.widthOf(cell);
      if (left < element.scrollLeft) element.scrollLeft = to.column === 0 ? 0 : left;
      else if (right > element.scrollLeft + element.clientWidth)
        element.scrollLeft = right - element.clientWidth;
    }
  };

  useImperativeHandle(props.handle, () => ({
    jump(wanted) {
      const to = Math.max(0, Math.min(wanted, count - 1));
      anchor.current = to;
      setActive({ row: to, column: at.column });
      // A third from the top, so that what comes before is seen too.
      scroller.moveTo(to * rowHeight - Math.floor(view / 3 / rowHeight) * rowHeight);
      onActive?.(to);
      element?.focus();
    },
    focus: () => element?.focus(),
  }));

  const sortBy = (column: number) => {
    const chosen = columns[column];
    if (chosen?.sortable !== true) return;
    onSort?.({ by: chosen.id, descending: sort?.by === chosen.id ? !sort.descending : false });
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const mod = onMac ? event.metaKey : event.ctrlKey;
    if (event.altKey) return;
    const page = Math.max(1, Math.floor(view / rowHeight) - 1);
    const size_ = { rows: count, columns: columns.length, page };
    const intent = gridIntent(at, { key: event.key, shift: event.shiftKey, mod }, size_);
    if (intent === null || (intent.do === "clear" && selection.length === 0)) return;
    event.preventDefault();
    switch (intent.do) {
      case "move":
        if (intent.extend) onSelection(add(none, ...between(anchor.current, intent.to.row)));
        else if (intent.to.row >= 0) anchor.current = intent.to.row;
        goTo(intent.to);
        break;
      case "tick":
        onSelection(toggle(selection, at.row));
        anchor.current = at.row;
        break;
      case "open":
        onOpen?.(at.row);
        break;
      case "sort":
        sortBy(at.column);
        break;
      case "widen": {
        const column = columns[at.column];
        if (column) layout.resize(column.id, layout.widthOf(column) + intent.by);
        break;
      }
      case "all":
        onSelection(all(count));
        break;
      case "clear":
        onSelection(none);
    }
  };

  const onClick = (event: MouseEvent) => {
    const hit = under(event.target);
    if (hit === null || hit.resize) return;
    if (hit.row === -1) {
      if (hit.tick) onSelection(size(selection) === count ? none : all(count));
      else if (hit.column !== null) {
        setActive({ row: -1, column: hit.column });
        sortBy(hit.column);
      }
      return;
    }
    const mod = onMac ? event.metaKey : event.ctrlKey;
    if (event.shiftKey) {
      onSelection(add(mod ? selection : none, ...between(anchor.current, hit.row)));
    } else {
      anchor.current = hit.row;
      if (hit.tick || mod) onSelection(toggle(selection, hit.row));
    }
    goTo({ row: hit.row, column: hit.column ?? at.column });
  };

  const onDoubleClick = (event: MouseEvent) => {
    const hit = under(event.target);
    if (hit !== null && hit.row >= 0 && !hit.tick) onOpen?.(hit.row);
  };

  const ticked = size(selection);
  // Rows are drawn into a fixed set of places: a jump changes what stands in them instead of building anew.
  const slots = Math.ceil(view / rowHeight) + 2 * overscan + 4;
  const template = columns
    .map((column) =>
      column.grow === true ? `minmax(${layout.widthOf(column)}px,1fr)` : `${layout.widthOf(column)}px`,
    )
    .join(" ");
  return (
    <div
      ref={setElement}
      role="grid"
      data-testid="grid"
      tabIndex={0}
      className="grid"
      aria-label={label}
      aria-rowcount={count + 1}
      aria-colcount={columns.length + 2}
      aria-multiselectable="true"
      aria-activedescendant={at.row >= -1 && columns.length > 0 ? cellId(grid, at.row, at.column) : undefined}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onDoubleClick={onDoubleClick}
      // Shift-click chooses rows, not words.
      onMouseDown={(event) => {
        if (event.shiftKey) event.preventDefault();
      }}
      style={{ "--columns": `36px 22px ${template}` } as React.CSSProperties}
    >
      <div role="rowgroup" className="ghead">
        <GridHead
          grid={grid}
          layout={layout}
          sort={sort}
          ticked={ticked === 0 ? "off" : ticked === count ? "on" : "some"}
          activeColumn={at.row === -1 ? at.column : -1}
        />
      </div>
      <div role="rowgroup" className="gspace" style={{ height: spaceFor(extent) }}>
        {rows.getVirtualItems().map((item) => (
          <GridRow
            key={
              item.index === row && (row < first - overscan || row > last + overscan)
                ? "away"
                : item.index % slots
            }
            grid={grid}
            index={item.index}
            top={scroller.place(item.start)}
            row={rowAt(item.index)}
            columns={columns}
            state={state}
            ticked={has(selection, item.index)}
            activeColumn={item.index === at.row ? at.column : -1}
          />
        ))}
      </div>
    </div>
  );
}
