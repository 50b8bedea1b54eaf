import { ArrowDown, ArrowUp } from "lucide-react";
import type { PointerEvent } from "react";
import { useWords } from "../../i18n/words";
import { Icon } from "../Icon";
import type { Column, ColumnLayout } from "./columns";
import { cellId, TickBox } from "./GridRow";

export interface Sort {
  by: string;
  descending: boolean;
}

interface GridHeadProps<Row> {
  grid: string;
  layout: ColumnLayout<Row>;
  sort: Sort | undefined;
  ticked: "on" | "off" | "some";
  activeColumn: number;
}

interface HandleProps {
  width: number;
  onResize: (width: number) => void;
  onReset: () => void;
}

/** The right edge of a head cell. By keyboard: Shift with the arrows, in the head. */
function ResizeHandle({ width, onResize, onReset }: HandleProps) {
  const begin = (event: PointerEvent<HTMLSpanElement>) => {
    event.preventDefault();
    event.stopPropagation();
    const handle = event.currentTarget;
    const from = event.clientX;
    handle.setPointerCapture(event.pointerId);
    const move = (moved: globalThis.PointerEvent) => onResize(width + moved.clientX - from);
    const done = () => {
      handle.removeEventListener("pointermove", move);
      handle.removeEventListener("pointerup", done);
      handle.removeEventListener("pointercancel", done);
    };
    handle.addEventListener("pointermove", move);
    handle.addEventListener("pointerup", done);
    handle.addEventListener("pointercancel", done);
  };
  return (
    <span
      className="resize"
      data-resize=""
      aria-hidden="true"
      onPointerDown={begin}
      onDoubleClick={onReset}
    />
  );
}

function ariaSort<Row>(column: Column<Row>, sort: Sort | undefined) {
  if (column.sortable !== true) return undefined;
  if (sort?.by !== column.id) return "none";
  return sort.descending ? "descending" : "ascending";
}

export function GridHead<Row>({ grid, layout, sort, ticked, activeColumn }: GridHeadProps<Row>) {
  const t = useWords();
  return (
    <div role="row" className="gr gh" aria-rowindex={1} data-row={-1}>
      <span role="columnheader" aria-colindex={1} data-tick="">
        <span className="vh">{t("parts:grid.select_all")}</span>
        <TickBox state={ticked} />
      </span>
      <span role="columnheader" aria-colindex={2}>
        <span className="vh">{t("parts:grid.state")}</span>
      </span>
      {layout.shown.map((column, at) => (
        <span
          key={column.id}
          role="columnheader"
          id={cellId(grid, -1, at)}
          aria-colindex={at + 3}
          aria-sort={ariaSort(column, sort)}
          data-column={at}
          className={[
            column.end === true ? "r" : "",
            column.sortable === true ? "sortable" : "",
            sort?.by === column.id ? "by" : "",
            at === activeColumn ? "cellfocus" : "",
          ].join(" ")}
        >
          {column.title}
          {sort?.by === column.id && <Icon of={sort.descending ? ArrowDown : ArrowUp} size={14} />}
          {column.grow !== true && (
            <ResizeHandle
              width={layout.widthOf(column)}
              onResize={(width) => layout.resize(column.id, width)}
              onReset={() => layout.resize(column.id, column.width)}
            />
          )}
        </span>
      ))}
    </div>
  );
}
