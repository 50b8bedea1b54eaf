import { Link } from "@tanstack/react-router";
import type { OutboxRow, SyncState } from "../../bindings/app";
import { count, listed } from "../../i18n/figures";
import { useFormat } from "../../i18n/format";
import { useLanguage } from "../../i18n/language";
import { useWords } from "../../i18n/words";
import { Bars } from "../../parts/Bars";
import { EmptyState } from "../../parts/EmptyState";
import { Failed } from "../../parts/Failed";
import { WaitingMark } from "../../parts/States";
import { useRead } from "../../query/use";
import { fieldWords } from "./fields";
import { ProblemWords } from "./State";
import { collectionWord } from "./words";

const most = 500;

function Row({ row, state }: { row: OutboxRow; state: SyncState }) {
  const t = useWords();
  const format = useFormat();
  const language = useLanguage();
  const fields = fieldWords(row, t);
  return (
    <tr>
      <td>
        <span className="row g8">
          <WaitingMark />
          <span className="cut">
            {row.customer === null ? (
              <b>{row.label}</b>
            ) : (
              <Link to={`/customers/${row.customer}`}>
                <b>{row.label}</b>
              </Link>
            )}{" "}
            <span className="t3">{t(collectionWord(row.collection))}</span>
          </span>
        </span>
      </td>
      <td className="t2 cut" title={listed(fields, language)}>
        {listed(fields, language)}
      </td>
      <td className="cut">{row.person}</td>
      <td className="nw">{format.age(row.since)}</td>
      <td className="t2">
        {row.problem === null ? (
          t(
            state === "offline"
              ? "sync:why.offline"
              : state === "syncing"
                ? "sync:why.syncing"
                : "sync:why.next",
          )
        ) : (
          <span className="warn">
            <ProblemWords problem={row.problem} />
          </span>
        )}
      </td>
    </tr>
  );
}

/** The outbox anyone can see: what waits, whose it is, how long, and why. */
export function OutboxTable({ state }: { state: SyncState }) {
  const t = useWords();
  const outbox = useRead("sync.outbox", { limit: most });
  if (outbox.error !== null)
    return <Failed failure={outbox.error} onRetry={() => void outbox.refetch()} saved />;
  if (outbox.data === undefined) return <Bars count={3} />;
  const { rows, count: all } = outbox.data;
  if (rows.length === 0) return <EmptyState>{t("sync:nothing")}</EmptyState>;
  return (
    <div
      className="scroll outbox"
      // What scrolls must be reachable by keyboard.
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      role="region"
      aria-label={t("sync:outbox")}
      data-testid="outbox"
    >
      <table>
        <thead>
          <tr>
            <th scope="col">{t("sync:column.what")}</th>
            <th scope="col">{t("sync:column.fields")}</th>
            <th scope="col">{t("sync:column.who")}</th>
            <th scope="col">{t("sync:column.age")}</th>
            <th scope="col">{t("sync:column.why")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={`${row.collection} ${row.id}`} row={row} state={state} />
          ))}
        </tbody>
      </table>
      {all > rows.length && (
        <p className="sm t3 rest">
          {t("sync:more", { count: rows.length, figure: count(rows.length), all: count(all) })}
        </p>
      )}
    </div>
  );
}
