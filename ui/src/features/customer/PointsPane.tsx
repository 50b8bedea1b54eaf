import { Button, Input, InputNumber } from "antd";
import type { KeyboardEvent } from "react";
import { useState } from "react";
import type { PointsEntry } from "../../bindings/app";
import { useLimited } from "../../forms/leave";
import { LeaveForm } from "../../forms/LeaveForm";
import { Refused } from "../../forms/Refused";
import { count } from "../../i18n/figures";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";
import { Bars } from "../../parts/Bars";
import { Failed } from "../../parts/Failed";
import { Section } from "../../parts/Section";
import { useRead } from "../../query/use";
import { pointKindWord } from "./pointKinds";

const few = 6;

function Adjust({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useWords();
  const [amount, setAmount] = useState<number | null>(null);
  const [why, setWhy] = useState("");
  const adjust = useLimited("points.adjust");
  const ready = amount !== null && amount !== 0 && why.trim() !== "" && !adjust.pending;
  const save = () => {
    if (ready) adjust.run({ customer: id, amount, why: why.trim() }, onClose);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      onClose();
    } else if (event.key === "Enter" && !(event.target instanceof HTMLButtonElement)) save();
  };
  return (
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions -- hears the fields' own keys pass
    <div className="col g8 adjust" onKeyDown={onKeyDown}>
      <div className="row g8">
        <InputNumber
          // eslint-disable-next-line jsx-a11y/no-autofocus -- the button asked for it
          autoFocus
          precision={0}
          value={amount}
          aria-label={t("customer:points.amount")}
          placeholder={t("customer:points.amount_hint")}
          onChange={setAmount}
        />
        <Input
          className="grow"
          value={why}
          aria-label={t("customer:points.why")}
          placeholder={t("customer:points.why")}
          onChange={(event) => setWhy(event.target.value)}
        />
      </div>
      <Refused failure={adjust.failure} />
      {adjust.asking !== null && <LeaveForm asking={adjust.asking} customer={id} />}
      <div className="row g8">
        <Button size="small" disabled={!ready} onClick={save}>
          {t("customer:points.save")}
        </Button>
        <Button size="small" type="text" onClick={onClose}>
          {t("customer:cancel")}
        </Button>
      </div>
    </div>
  );
}

function Line({ entry }: { entry: PointsEntry }) {
  const t = useWords();
  const format = useFormat();
  const unit = entry.currency === "coins" ? "customer:points.coins" : "customer:points.unit";
  return (
    <li className="row g8 pointline">
      <span className="t3 nw">{format.shortDay(new Date(entry.at))}</span>
      <span className="grow cut">
        {pointKindWord(entry.kind, t)}
        {entry.why !== null && <span className="t3"> {entry.why}</span>}
      </span>
      {entry.person !== null && <span className="t3 nw">{entry.person}</span>}
      <span className="nw">
        {entry.amount > 0 ? "+" : ""}
        {count(entry.amount)} <span className="t3 sm">{t(unit)}</span>
      </span>
    </li>
  );
}

/** The balance and how it came about, newest first. */
export function PointsPane({ id }: { id: string }) {
  const t = useWords();
  const format = useFormat();
  const [adjusting, setAdjusting] = useState(false);
  const [all, setAll] = useState(false);
  const { data, error, refetch } = useRead("points.show", { id });
  const entries = data?.entries ?? [];
  return (
    <Section
      title={t("customer:points.title")}
      note={
        data === undefined
          ? undefined
          : data.coins === 0
            ? t("customer:points.balance", { figure: count(data.points), count: data.points })
            : t("customer:points.balances", { points: count(data.points), coins: count(data.coins) })
      }
      extra={
        !adjusting && (
          <button type="button" className="bare acc" onClick={() => setAdjusting(true)}>
            {t("customer:points.adjust")}
          </button>
        )
      }
    >
      <div data-testid="points">
        {error !== null && <Failed failure={error} onRetry={() => void refetch()} />}
        {data === undefined && error === null && <Bars />}
        {data !== undefined && data.expiring !== null && (
          <p className="sm t2">
            {t("counter:card.expiring", {
              figure: count(data.expiring.points),
              count: data.expiring.points,
              day: format.longDay(data.expiring.at - 1),
            })}
          </p>
        )}
        {adjusting && <Adjust id={id} onClose={() => setAdjusting(false)} />}
        {data !== undefined && entries.length === 0 && <p className="t3">{t("customer:points.none")}</p>}
        <ul>
          {(all ? entries : entries.slice(0, few)).map((entry) => (
            <Line key={entry.id} entry={entry} />
          ))}
        </ul>
        {entries.length > few && (
          <button type="button" className="bare acc more" aria-expanded={all} onClick={() => setAll(!all)}>
            {t(all ? "customer:fewer" : "customer:more", {
              figure: count(entries.length),
              count: entries.length,
            })}
          </button>
        )}
      </div>
    </Section>
  );
}
