import type { ActivityRow } from "../../bindings/app";
import { count } from "../../i18n/figures";
import { useWords } from "../../i18n/words";
import { Bar } from "../../parts/Bar";
import { Facts } from "../../parts/Facts";

/** How an activity goes, as a small picture with its words. */
export function ActivityStand({ row, queue }: { row: ActivityRow; queue: number }) {
  const t = useWords();
  const { terms } = row;
  const label = t("club:activity.stand");
  switch (terms?.kind) {
    case undefined:
      return t("club:activity.unknown");
    case "activation": {
      const next = (Math.floor(row.people / terms.every) + 1) * terms.every;
      const share = (row.people % terms.every) / terms.every;
      return (
        <div className="col g4">
          <Bar thin label={label} parts={[{ share }]} />
          <span>
            {t("club:activity.how.activation", {
              figure: count(row.people),
              count: row.people,
              next: count(next),
            })}
          </span>
        </div>
      );
    }
    case "draw": {
      const left = row.tickets ?? 0;
      return (
        <Facts
          items={[
            t("club:activity.how.tickets", { figure: count(left), count: left }),
            t("club:activity.how.drawn", { figure: count(row.parts), count: row.parts }),
          ]}
        />
      );
    }
    case "trial": {
      const gone = Math.min(row.people, terms.units);
      const waiting = row.people - gone;
      return (
        <div className="col g4">
          <Bar thin label={label} parts={[{ share: gone / terms.units }]} />
          <span>
            <Facts
              items={[
                t("club:activity.how.trial", { figure: count(gone), units: count(terms.units) }),
                waiting > 0 && t("club:activity.how.waiting", { figure: count(waiting), count: waiting }),
              ]}
            />
          </span>
        </div>
      );
    }
    case "coins":
      return (
        <Facts
          items={[
            t("club:activity.how.coins", { figure: count(terms.amount), count: terms.amount }),
            terms.reviewed &&
              queue > 0 &&
              t("club:activity.how.queue", { figure: count(queue), count: queue }),
          ]}
        />
      );
  }
}
