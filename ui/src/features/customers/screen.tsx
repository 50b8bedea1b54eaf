import { Button } from "antd";
import { useNavigate } from "@tanstack/react-router";
import { ArrowDownUp, Plus, Upload } from "lucide-react";
import type { KeyboardEvent } from "react";
import { useCallback, useEffect, useRef, useState } from "react";
import type { CustomerRow } from "../../bindings/app";
import { count, money } from "../../i18n/figures";
import { useWords } from "../../i18n/words";
import { useWorkspace } from "../../i18n/workspace";
import { currencySymbol } from "../../i18n/figures";
import { Bars } from "../../parts/Bars";
import { EmptyState } from "../../parts/EmptyState";
import { Failed } from "../../parts/Failed";
import { Icon } from "../../parts/Icon";
import { SearchBox } from "../../parts/SearchBox";
import { WaitingMark } from "../../parts/States";
import type { GridHandle } from "../../parts/grid/Grid";
import { Grid } from "../../parts/grid/Grid";
import { none, size } from "../../parts/grid/ranges";
import { useKeys } from "../../shell/hotkeys";
import { RangeWords } from "../../shell/RangeWords";
import { ColumnList } from "./ColumnList";
import { editable, hiddenAtFirst, useCustomerColumns } from "./columns";
import { Exporting } from "./Exporting";
import type { Edited } from "./InlineEdit";
import { InlineEdit } from "./InlineEdit";
import { JumpBox } from "./JumpBox";
import { useColumnLayout } from "./layout";
import { NewCustomer } from "./NewCustomer";
import { Phrases } from "./Phrases";
import { Preview } from "./Preview";
import { Tagging } from "./Tagging";
import { useRows } from "./useRows";
import { keepPlace, useWanted } from "./wanted";
import "./customers.css";

const byName = { by: "name", descending: false } as const;

function waitingMark(row: CustomerRow) {
  return row.waiting && <WaitingMark />;
}

/** Everyone the shop knows: narrowed by a sentence, ordered by a column, opened with Enter. */
export function Screen() {
  const t = useWords();
  const navigate = useNavigate();
  const { currency } = useWorkspace();
  const [wanted, want] = useWanted();
  const rows = useRows(wanted);
  const layout = useColumnLayout(useCustomerColumns(), hiddenAtFirst);
  const [selection, setSelection] = useState(none);
  const [active, setActive] = useState(wanted.at);
  const [seen, setSeen] = useState<readonly [number, number]>([0, 0]);
  const [jump, setJump] = useState<string | null>(null);
  const [edited, setEdited] = useState<Edited | null>(null);
  const [creating, setCreating] = useState(false);
  const grid = useRef<GridHandle>(null);
  const pane = useRef<HTMLDivElement>(null);
  const { view, rowAt, onWindow: load } = rows;
  const total = view?.count ?? 0;
  const row = total > 0 ? rowAt(Math.min(active, total - 1)) : undefined;

  const onWindow = useCallback(
    (first: number, last: number) => {
      load(first, last);
      setSeen((old) => (old[0] === first && old[1] === last ? old : [first, last]));
    },
    [load],
  );
  const onActive = (at: number) => {
    setActive(at);
    keepPlace(at);
  };
  const ask = (patch: Parameters<typeof want>[0]) => {
    want({ at: 0, ...patch });
    setSelection(none);
    setActive(0);
  };
  const open = (id: string) => void navigate({ to: "/customers/$id", params: { id } });
  const openJump = (text: string) => {
    if (!/^\d/.test(text) && wanted.sort.by !== "name" && wanted.sort.by !== "member_no")
      ask({ sort: byName });
    setJump(text);
  };
  const edit = () => {
    const focused = pane.current?.querySelector<HTMLElement>(".gspace .cellfocus");
    const column = layout.shown[Number(focused?.dataset["column"] ?? -1)];
    // On a column that is computed, F2 means the name.
    const chosen = column !== undefined && column.id in editable ? column.id : "name";
    const at = layout.shown.findIndex((one) => one.id === chosen);
    const cell = focused?.closest(".gr")?.querySelector(`[data-column="${at}"]`);
    const frame = pane.current?.getBoundingClientRect();
    const box = cell?.getBoundingClientRect();
    const field = editable[chosen];
    if (row === undefined || field === undefined || frame === undefined || box === undefined) return;
    setEdited({
      row,
      field,
      top: box.top - frame.top,
      left: box.left - frame.left,
      width: Math.max(160, box.width),
    });
  };
  useKeys({
    "customers.create": () => setCreating(true),
    "customers.jump": () => setJump(""),
    "customers.edit": edit,
  });

  // Where the list was left: the grid is told once, when it first has rows.
  const arrived = useRef(wanted.at === 0);
  useEffect(() => {
    if (arrived.current || total === 0) return;
    arrived.current = true;
    grid.current?.jump(wanted.at);
  }, [total, wanted.at]);

  const onGridKey = (event: KeyboardEvent) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    const onGrid = event.target instanceof Element && event.target.getAttribute("role") === "grid";
    if (!plain || !onGrid || !/^[\p{L}\p{N}]$/u.test(event.key)) return;
    event.preventDefault();
    openJump(event.key);
  };

  const narrowed = wanted.text.trim() !== "" || wanted.conditions.length > 0;
  const chosen = size(selection);
  const sorted = layout.every.find((column) => column.id === wanted.sort.by);
  const waiting = Array.from({ length: Math.max(0, seen[1] - seen[0] + 1) }, (_, at) =>
    rowAt(seen[0] + at),
  ).filter((one) => one?.waiting === true).length;
  const create = (
    <Button type="primary" icon={<Icon of={Plus} />} onClick={() => setCreating(true)}>
      {t("customers:create.button")}
    </Button>
  );

  return (
    <div className="customers">
      <header className="head">
        <h1>{t("customers:title")}</h1>
        {view !== undefined && (
          <span className="t2 nw">{t("customers:all", { figure: count(view.all), count: view.all })}</span>
        )}
        <RangeWords />
        <span className="grow" />
        <div className="headsearch">
          <SearchBox
            value={wanted.text}
            label={t("customers:search")}
            placeholder={t("customers:search")}
            onChange={(text) => ask({ text })}
            onKeyDown={(event) => {
              if (event.key === "ArrowDown" || event.key === "Enter") {
                event.preventDefault();
                grid.current?.focus();
              } else if (event.key === "Escape" && wanted.text !== "") {
                event.stopPropagation();
                ask({ text: "" });
              }
            }}
          />
        </div>
        <Button icon={<Icon of={Upload} />} onClick={() => void navigate({ to: "/import" })}>
          {t("customers:import")}
        </Button>
        {create}
      </header>
      <Phrases
        conditions={wanted.conditions}
        view={view}
        narrowed={narrowed}
        onChange={(conditions) => ask({ conditions })}
      />
      <div className="listpane" ref={pane}>
        <div className="listbar">
          {chosen > 0 && view !== undefined && (
            <>
              <b className="acc nw">{t("customers:chosen", { figure: count(chosen), count: chosen })}</b>
              <span className="vr short" />
              <Tagging view={view.view} selection={selection} />
              <Button type="text" size="small" onClick={() => setSelection(none)}>
                {t("customers:unchoose")}
              </Button>
            </>
          )}
          {jump !== null && view !== undefined && (
            <JumpBox
              text={jump}
              view={view.view}
              count={total}
              byNumber={wanted.sort.by === "member_no"}
              onText={openJump}
              onJump={(at) => grid.current?.jump(at)}
              onClose={(refocus) => {
                setJump(null);
                if (refocus) grid.current?.focus();
              }}
            />
          )}
          <span className="grow" />
          {sorted !== undefined && (
            <span className="t2 sm nw sortedby">
              <Icon of={ArrowDownUp} size={14} />
              {t("customers:sorted", { column: sorted.title })}
            </span>
          )}
          <ColumnList layout={layout} />
          <Exporting conditions={wanted.conditions} searching={wanted.text.trim() !== ""} />
        </div>
        {/* eslint-disable-next-line jsx-a11y/no-static-element-interactions -- letters typed on the grid jump */}
        <div className="listgrid" onKeyDown={onGridKey} data-testid="grid">
          {rows.failure !== null ? (
            <Failed failure={rows.failure} onRetry={rows.retry} />
          ) : view === undefined ? (
            <Bars count={6} />
          ) : total === 0 && !narrowed ? (
            <EmptyState action={create}>{t("customers:empty")}</EmptyState>
          ) : total === 0 ? (
            <EmptyState
              action={
                <Button onClick={() => ask({ conditions: [], text: "" })}>{t("customers:none_clear")}</Button>
              }
            >
              {t("customers:none")}
            </EmptyState>
          ) : (
            <Grid
              label={t("customers:title")}
              count={total}
              layout={layout}
              rowAt={rowAt}
              onWindow={onWindow}
              selection={selection}
              onSelection={setSelection}
              sort={wanted.sort}
              onSort={(sort) => ask({ sort })}
              onActive={onActive}
              onOpen={(at) => {
                const opened = rowAt(at);
                if (opened !== undefined) open(opened.id);
              }}
              state={waitingMark}
              handle={grid}
            />
          )}
        </div>
        <footer className="listfoot">
          {total > 0 && view !== undefined && (
            <>
              <span className="nw">
                {t("customers:foot.seen", {
                  first: count(seen[0] + 1),
                  last: count(seen[1] + 1),
                  figure: count(total),
                  count: total,
                })}
              </span>
              {waiting > 0 && (
                <span className="warn row g4 nw">
                  <WaitingMark />
                  {t("customers:foot.waiting", { figure: count(waiting), count: waiting })}
                </span>
              )}
              <span className="grow" />
              <span className="nw">
                {t("customers:foot.sum", {
                  sum: money(view.spent_12_months, { symbol: currencySymbol(currency) }),
                })}
              </span>
            </>
          )}
        </footer>
        {edited !== null && (
          <InlineEdit
            edited={edited}
            onClose={(refocus) => {
              setEdited(null);
              if (refocus) grid.current?.focus();
            }}
          />
        )}
      </div>
      <aside className="previewpane" aria-label={t("customers:preview.label")}>
        {row !== undefined && <Preview id={row.id} onOpen={open} />}
      </aside>
      {creating && <NewCustomer onMade={open} onClose={() => setCreating(false)} />}
    </div>
  );
}
