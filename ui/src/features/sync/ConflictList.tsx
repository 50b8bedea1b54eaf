import { Button, Checkbox } from "antd";
import { ChevronDown, ChevronRight, Split } from "lucide-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { ChangedAfterDeletion, ConflictRow } from "../../bindings/app";
import { ConflictCard } from "../../forms/ConflictCard";
import { Refused } from "../../forms/Refused";
import { sidesOf } from "../../forms/settling";
import { call } from "../../host/call";
import { fieldWord } from "../../i18n/fields";
import { count, listed } from "../../i18n/figures";
import { useFormat } from "../../i18n/format";
import { useLanguage } from "../../i18n/language";
import { useValueWords } from "../../i18n/values";
import { useWords } from "../../i18n/words";
import { Bars } from "../../parts/Bars";
import { Differing } from "../../parts/ConflictNote";
import { EmptyState } from "../../parts/EmptyState";
import { Facts } from "../../parts/Facts";
import { Failed } from "../../parts/Failed";
import { Icon } from "../../parts/Icon";
import { Section } from "../../parts/Section";
import { offerUndo } from "../../parts/UndoToast";
import { useAct, useRead } from "../../query/use";
import { SettleMany } from "./SettleMany";
import { collectionWord } from "./words";

interface LineProps {
  row: ConflictRow;
  ticked: boolean;
  open: boolean;
  onTick: (on: boolean) => void;
  onOpen: () => void;
}

function Line({ row, ticked, open, onTick, onOpen }: LineProps) {
  const t = useWords();
  const words = useValueWords();
  const { standing, other } = sidesOf(row);
  const value = (side: typeof standing) => words(row.field, side.value, side.label) ?? "";
  const [now, else_] = [value(standing), value(other)];
  const field = fieldWord(row.field, t);
  return (
    <li className="conflictline">
      <div className="row g8">
        <Checkbox
          checked={ticked}
          onChange={(event) => onTick(event.target.checked)}
          aria-label={t("sync:conflict.tick", { name: row.name, field })}
        />
        <span className="who cut">
          {row.customer === null ? (
            <b>{row.name}</b>
          ) : (
            <Link to={`/customers/${row.customer}`}>
              <b>{row.name}</b>
            </Link>
          )}{" "}
          <span className="t3">
            {row.collection === "customer" ? field : `${t(collectionWord(row.collection))} ${field}`}
          </span>
        </span>
        <button type="button" className="bare values" aria-expanded={open} onClick={onOpen}>
          <span className="cut">
            <Differing value={now} other={else_} />
          </span>
          <span className="conf">
            <Icon of={Split} label={t("sync:conflict.against")} />
          </span>
          <span className="cut">
            <Differing value={else_} other={now} />
          </span>
          {row.others.length > 0 && <span className="t3 nw">+{count(row.others.length)}</span>}
          <span className="t3">
            <Icon of={open ? ChevronDown : ChevronRight} />
          </span>
        </button>
      </div>
      {open && <ConflictCard row={row} />}
    </li>
  );
}

/** A deleted customer whom somebody changed who did not know: back, or gone for good. */
function Deleted({ row }: { row: ChangedAfterDeletion }) {
  const t = useWords();
  const format = useFormat();
  const language = useLanguage();
  const words = useValueWords();
  const keep = useAct("conflict.keep_deleted");
  const restore = useAct("customer.restore");
  const changed = Object.entries(row.changed).map(
    ([field, value]) => `${fieldWord(field, t)} ${words(field, value) ?? t("parts:conflict.empty")}`,
  );
  const back = () =>
    restore.mutate(
      { id: row.id },
      {
        onSuccess: () =>
          offerUndo(t("sync:deleted.restored", { name: row.name }), () => {
            void call("conflict.keep_deleted", { customers: [row.id] });
          }),
      },
    );
  const gone = () =>
    keep.mutate(
      { customers: [row.id] },
      {
        onSuccess: () =>
          offerUndo(t("sync:deleted.kept", { name: row.name }), () => {
            void call("customer.restore", { id: row.id });
          }),
      },
    );
  return (
    <li className="row g12">
      <span className="grow">
        <Link to={`/customers/${row.id}`}>
          <b>{row.name}</b>
        </Link>{" "}
        <span className="t2">{listed(changed, language)}</span>
        <div className="sm t3">
          <Facts
            items={[
              t("sync:deleted.deleted_at", { at: format.dayAndTime(new Date(row.deleted_at)) }),
              row.deleted_on,
              t("sync:deleted.changed_at", { at: format.dayAndTime(new Date(row.changed_at)) }),
              row.changed_on,
            ]}
          />
        </div>
        <Refused failure={keep.error ?? restore.error} />
      </span>
      <Button size="small" onClick={back}>
        {t("sync:deleted.restore")}
      </Button>
      <Button size="small" onClick={gone}>
        {t("sync:deleted.keep")}
      </Button>
    </li>
  );
}

/** Everything that waits for somebody's decision: two values of one thing, and changes after a deletion. */
export function ConflictList() {
  const t = useWords();
  const list = useRead("conflict.list", {});
  const [ticked, setTicked] = useState<readonly string[]>([]);
  const [open, setOpen] = useState<string | null>(null);
  if (list.error !== null) return <Failed failure={list.error} onRetry={() => void list.refetch()} saved />;
  if (list.data === undefined) return <Bars count={3} />;
  const { conflicts, deleted } = list.data;
  if (conflicts.length + deleted.length === 0) return <EmptyState>{t("sync:conflict.none")}</EmptyState>;
  const chosen = conflicts.filter((row) => ticked.includes(row.id));
  const tick = (id: string, on: boolean) =>
    setTicked(on ? [...ticked, id] : ticked.filter((one) => one !== id));
  return (
    <div
      className="scroll conflicts"
      // What scrolls must be reachable by keyboard.
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      role="region"
      aria-label={t("sync:conflict.region")}
      data-testid="conflicts"
    >
      {conflicts.length > 0 && (
        <Section title={t("sync:conflict.title")} note={t("sync:conflict.why")}>
          <div className="row g12 conflictbar">
            <Checkbox
              checked={chosen.length === conflicts.length}
              indeterminate={chosen.length > 0 && chosen.length < conflicts.length}
              onChange={(event) => setTicked(event.target.checked ? conflicts.map((row) => row.id) : [])}
            >
              {t("sync:conflict.all", { figure: count(conflicts.length), count: conflicts.length })}
            </Checkbox>
            <SettleMany rows={chosen} onDone={() => setTicked([])} />
          </div>
          <ul>
            {conflicts.map((row) => (
              <Line
                key={row.id}
                row={row}
                ticked={ticked.includes(row.id)}
                open={open === row.id}
                onTick={(on) => tick(row.id, on)}
                onOpen={() => setOpen(open === row.id ? null : row.id)}
              />
            ))}
          </ul>
        </Section>
      )}
      {deleted.length > 0 && (
        <Section title={t("sync:deleted.title")} note={t("sync:deleted.why")}>
          <ul className="deletedlist">
            {deleted.map((row) => (
              <Deleted key={row.id} row={row} />
            ))}
          </ul>
        </Section>
      )}
    </div>
  );
}
