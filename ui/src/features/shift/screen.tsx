import type { KeyboardEvent } from "react";
import { useRef, useState } from "react";
import type { ShiftRow, Shifts } from "../../bindings/app";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";
import { Bars } from "../../parts/Bars";
import { EmptyState } from "../../parts/EmptyState";
import { Facts } from "../../parts/Facts";
import { Failed } from "../../parts/Failed";
import { useRead } from "../../query/use";
import { CloseForm, StartForm } from "./CashForms";
import { Report } from "./Report";
import "./shift.css";

/** The shift of this till, or that there is none. */
const now = "now";

function PastRow({ row, on, onChoose }: { row: ShiftRow; on: boolean; onChoose: () => void }) {
  const t = useWords();
  const format = useFormat();
  return (
    <li>
      <button
        type="button"
        className={on ? "shiftrow on" : "shiftrow"}
        aria-current={on}
        data-testid="shift-row"
        onClick={onChoose}
      >
        <span>
          {t("shift:by", {
            from: format.dayAndTime(row.opened_at),
            until: row.closed_at === null ? "" : format.time(row.closed_at),
          })}
        </span>
        <span className="sm t3 cut">
          <Facts items={[row.till, row.closed_by ?? row.opened_by]} />
        </span>
      </button>
    </li>
  );
}

function Past({ id }: { id: string }) {
  const { data, error, refetch } = useRead("shift.show", { id });
  if (error !== null) return <Failed failure={error} onRetry={() => void refetch()} />;
  return data === undefined ? <Bars count={4} /> : <Report report={data} />;
}

function List({ shifts, at, onChoose }: { shifts: Shifts; at: string; onChoose: (id: string) => void }) {
  const t = useWords();
  const format = useFormat();
  const list = useRef<HTMLElement>(null);
  const pressed = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step === 0) return;
    const rows = [...(list.current?.querySelectorAll<HTMLButtonElement>("button.shiftrow") ?? [])];
    const index = rows.findIndex((row) => row === document.activeElement);
    rows[Math.min(rows.length - 1, Math.max(0, index + step))]?.focus();
    event.preventDefault();
  };
  return (
    // The arrows go from row to row; each row is a button of its own.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <nav className="shiftlist scroll" ref={list} aria-label={t("shift:list")} onKeyDown={pressed}>
      <button
        type="button"
        className={at === now ? "shiftrow on" : "shiftrow"}
        aria-current={at === now}
        onClick={() => onChoose(now)}
      >
        <b>{t("shift:now")}</b>
        <span className="sm t3">
          {shifts.open === null
            ? t("shift:none_open")
            : t("shift:since", { from: format.dayAndTime(shifts.open.row.opened_at) })}
        </span>
      </button>
      <h2 className="sm t3">{t("shift:past")}</h2>
      {shifts.closed.length === 0 && <EmptyState>{t("shift:none")}</EmptyState>}
      <ul>
        {shifts.closed.map((row) => (
          <PastRow key={row.id} row={row} on={row.id === at} onChoose={() => onChoose(row.id)} />
        ))}
      </ul>
    </nav>
  );
}

/** Shifts of the till: counted at the start, counted at the end, and what lies between. */
export function Screen() {
  const t = useWords();
  const { data, error, refetch } = useRead("shift.list", null);
  const [at, setAt] = useState(now);
  return (
    <div className="shifts">
      <header className="head">
        <h1>{t("shift:title")}</h1>
      </header>
      {error !== null && <Failed failure={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Bars count={4} />}
      {data !== undefined && (
        <>
          <List shifts={data} at={at} onChoose={setAt} />
          <div className="scroll">
            {at !== now ? (
              <Past key={at} id={at} />
            ) : data.open === null ? (
              <div className="shiftpage">
                <StartForm />
              </div>
            ) : (
              <div className="shiftnow">
                <Report report={data.open} />
                <div className="shiftclose noprint">
                  <CloseForm report={data.open} onClosed={setAt} />
                </div>
              </div>
            )}
          </div>
        </>
      )}
    </div>
  );
}
