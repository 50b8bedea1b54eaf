import { Link } from "@tanstack/react-router";
import { useFormat } from "../i18n/format";
import { useWords } from "../i18n/words";
import { useRead } from "../query/use";

/** In the status bar: since when this till's shift is open. Leads to where it is opened and closed. */
export function ShiftWords() {
  const t = useWords();
  const format = useFormat();
  // Who may not see sales has no shift either.
  const { data } = useRead("shift.list", null);
  if (data === undefined) return null;
  return (
    <Link to="/shift" className="shiftwords nw" title={t("shell:shift.open")} data-testid="status-shift">
      {data.open === null
        ? t("shell:shift.none")
        : t("shell:shift.since", { time: format.time(data.open.row.opened_at) })}
    </Link>
  );
}
