import { Button } from "antd";
import { useState } from "react";
import type { LotRow } from "../../bindings/app";
import { Refused } from "../../forms/Refused";
import { count } from "../../i18n/figures";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";
import { Bar } from "../../parts/Bar";
import { EmptyState } from "../../parts/EmptyState";
import { Facts } from "../../parts/Facts";
import { Section } from "../../parts/Section";
import { useAct } from "../../query/use";
import { HandOutForm } from "./HandOutForm";

function Seed({ seed }: { seed: string }) {
  const t = useWords();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(seed);
    setCopied(true);
  };
  return (
    <span className="row g8 sm t3">
      {t("club:activity.seed")} <code title={seed}>{`${seed.slice(0, 8)}…`}</code>
      <button type="button" className="bare acc" onClick={() => void copy()}>
        {t(copied ? "club:activity.copied" : "club:activity.copy")}
      </button>
    </span>
  );
}

interface LotProps {
  lot: LotRow;
  mine: boolean;
  onCheck: () => void;
}

function Lot({ lot, mine, onCheck }: LotProps) {
  const t = useWords();
  const format = useFormat();
  const reclaim = useAct("draw.reclaim");
  return (
    <article className="lot" data-testid="lot">
      <div className="row g12 wrap">
        <b>{lot.till_name ?? t("club:activity.till")}</b>
        <span className="grow t2">
          <Facts
            items={[
              t("club:activity.drawn_of", { drawn: count(lot.drawn), tickets: count(lot.tickets) }),
              format.dayAndTime(new Date(lot.at)),
              lot.till_gone && t("club:activity.gone"),
              lot.reclaimed && t("club:activity.reclaimed"),
            ]}
          />
        </span>
        {mine && lot.till_gone && !lot.reclaimed && (
          <Button size="small" disabled={reclaim.isPending} onClick={() => reclaim.mutate({ lot: lot.id })}>
            {t("club:activity.reclaim")}
          </Button>
        )}
        <Button size="small" onClick={onCheck}>
          {t("club:activity.check")}
        </Button>
      </div>
      {lot.prizes.map((prize) => (
        <div className="lotprize" key={prize.name}>
          <span className="cut">{prize.name}</span>
          <Bar
            thin
            label={t("club:activity.left_of", { name: prize.name })}
            parts={[{ share: prize.left / Math.max(1, prize.count) }]}
          />
          <span className="t2 end">
            {t("club:activity.left", { left: count(prize.left), count: prize.count })}
          </span>
        </div>
      ))}
      {lot.seed !== "" && <Seed seed={lot.seed} />}
      <Refused failure={reclaim.error} />
    </article>
  );
}

interface DrawLotsProps {
  activity: string;
  lots: readonly LotRow[];
  mine: boolean;
  onCheck: (lot: string) => void;
}

/** The tickets of a draw, till by till. */
export function DrawLots({ activity, lots, mine, onCheck }: DrawLotsProps) {
  const t = useWords();
  const [writing, setWriting] = useState(false);
  const add = mine && !writing && (
    <Button type="primary" onClick={() => setWriting(true)}>
      {t("club:activity.hand_out")}
    </Button>
  );
  return (
    <>
      {writing && <HandOutForm activity={activity} onClose={() => setWriting(false)} />}
      <Section
        title={t("club:activity.lots")}
        note={t("club:activity.lots_note")}
        extra={lots.length > 0 && add}
      >
        {lots.length === 0 ? (
          <EmptyState action={add}>{t("club:activity.no_lots")}</EmptyState>
        ) : (
          lots.map((lot) => <Lot key={lot.id} lot={lot} mine={mine} onCheck={() => onCheck(lot.id)} />)
        )}
      </Section>
    </>
  );
}
