import { Button, Popconfirm } from "antd";
import type { TookPart } from "../../bindings/app";
import { Refused } from "../../forms/Refused";
import { count } from "../../i18n/figures";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";
import { EmptyState } from "../../parts/EmptyState";
import { Facts } from "../../parts/Facts";
import { Section } from "../../parts/Section";
import { Pending } from "../../parts/States";
import { useAct } from "../../query/use";

function Came({ one, draw }: { one: TookPart; draw: boolean }) {
  const t = useWords();
  const { place } = one;
  if (place === null) return draw ? (one.won ?? t("club:activity.blank")) : one.won;
  switch (place.is) {
    case "pending":
      return <Pending />;
    case "again":
      return <span className="t3">{t("club:activity.again")}</span>;
    case "waiting":
      return t("club:activity.waits", { place: count(place.place) });
    case "counted": {
      const nth = count(place.place);
      if (place.wins && one.won === null) return t("club:activity.gets", { place: nth });
      return (
        <Facts items={[t("club:activity.nth", { place: nth }), one.won && <b key="won">{one.won}</b>]} />
      );
    }
  }
}

function Line({ one, mine, draw }: { one: TookPart; mine: boolean; draw: boolean }) {
  const t = useWords();
  const format = useFormat();
  const undo = useAct("activity.undo");
  const name = one.name ?? t("club:activity.away");
  return (
    <tr className={one.won === null ? undefined : "won"} data-testid="tookpart">
      <td>
        <Came one={one} draw={draw} />
      </td>
      <th scope="row">
        {name}
        <Refused failure={undo.error} />
      </th>
      <td className="t2 nw">{format.dayAndTime(new Date(one.at))}</td>
      <td className="t2">{one.till}</td>
      <td className="t2">{one.person}</td>
      {mine && (
        <td className="end">
          <Popconfirm
            title={t("club:activity.undo_ask")}
            okText={t("club:activity.undo")}
            cancelText={t("club:cancel")}
            onConfirm={() => undo.mutate({ id: one.id })}
          >
            <Button
              size="small"
              type="text"
              disabled={undo.isPending}
              aria-label={t("club:activity.undo_of", { name })}
            >
              {t("club:activity.undo")}
            </Button>
          </Popconfirm>
        </td>
      )}
    </tr>
  );
}

interface TookPartListProps {
  people: readonly TookPart[];
  /** Whether a slip may be taken back here. */
  mine: boolean;
  draw: boolean;
}

export function TookPartList({ people, mine, draw }: TookPartListProps) {
  const t = useWords();
  return (
    <Section title={t("club:activity.people")} note={t("club:activity.people_note")}>
      {people.length === 0 ? (
        <EmptyState>{t("club:activity.nobody")}</EmptyState>
      ) : (
        <table className="clubtable">
          <thead>
            <tr>
              <th scope="col">{t(draw ? "club:activity.prize" : "club:activity.place")}</th>
              <th scope="col">{t("club:activity.who")}</th>
              <th scope="col">{t("club:activity.when")}</th>
              <th scope="col">{t("club:activity.till")}</th>
              <th scope="col">{t("club:activity.by")}</th>
              {mine && (
                <th scope="col" className="end">
                  <span className="vh">{t("club:activity.undo")}</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {people.map((one) => (
              <Line key={one.id} one={one} mine={mine} draw={draw} />
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}
