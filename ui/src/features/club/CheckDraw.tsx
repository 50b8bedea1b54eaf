import { Button } from "antd";
import { useState } from "react";
import { count } from "../../i18n/figures";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";
import { Bars } from "../../parts/Bars";
import { Failed } from "../../parts/Failed";
import { Note } from "../../parts/Note";
import { Section } from "../../parts/Section";
import { useRead } from "../../query/use";

/** So many tickets are drawn on the screen at once. */
const step = 200;

/** A draw done over from its seed, so that anyone can check it. */
export function CheckDraw({ lot, onClose }: { lot: string; onClose: () => void }) {
  const t = useWords();
  const format = useFormat();
  const [shown, setShown] = useState(step);
  const replay = useRead("draw.replay", { id: lot });
  const back = (
    // eslint-disable-next-line jsx-a11y/no-autofocus -- the focus follows into the page that was opened
    <Button autoFocus onClick={onClose}>
      {t("club:activity.lots")}
    </Button>
  );
  if (replay.error !== null) return <Failed failure={replay.error} onRetry={() => void replay.refetch()} />;
  if (replay.data === undefined) return <Bars count={6} />;
  const { tickets, prizes, seed, fair } = replay.data;
  const rest = tickets.length - shown;
  return (
    <Section title={t("club:activity.check_title")} extra={back}>
      <div className="col g12 checkdraw" data-testid="verdict">
        <Note
          kind={fair ? "info" : "error"}
          title={t(fair ? "club:activity.fair" : "club:activity.unfair")}
        />
        <details>
          <summary>{t("club:activity.recompute")}</summary>
          <p className="t2">
            {t("club:activity.recompute_text", {
              prizes: prizes.map((prize) => `${prize.name} × ${count(prize.count)}`).join(", "),
            })}{" "}
            {seed === "" ? t("club:activity.seed_later") : <code className="seedtext">{seed}</code>}
          </p>
        </details>
      </div>
      <table className="clubtable">
        <thead>
          <tr>
            <th scope="col">{t("club:activity.ticket")}</th>
            <th scope="col">{t("club:activity.prize")}</th>
            <th scope="col">{t("club:activity.who")}</th>
            <th scope="col">{t("club:activity.when")}</th>
          </tr>
        </thead>
        <tbody>
          {tickets.slice(0, shown).map((one, index) => (
            <tr key={index} className={one.won === null ? undefined : "won"} data-testid="ticket">
              <th scope="row">{count(one.ticket + 1)}</th>
              <td>{one.won ?? <span className="t3">{t("club:activity.blank")}</span>}</td>
              <td>
                {one.drawn_at === null ? (
                  <span className="t3">{t("club:activity.undrawn")}</span>
                ) : (
                  (one.name ?? t("club:activity.away"))
                )}
                {one.again && <b className="err"> {t("club:activity.twice")}</b>}
              </td>
              <td className="t2 nw">{one.drawn_at !== null && format.dayAndTime(new Date(one.drawn_at))}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rest > 0 && (
        <Button onClick={() => setShown(shown + step * 5)}>
          {t("club:activity.more", { figure: count(Math.min(rest, step * 5)), count: rest })}
        </Button>
      )}
    </Section>
  );
}
