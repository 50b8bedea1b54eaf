import { Button } from "antd";
import { useNavigate } from "@tanstack/react-router";
import type { Club } from "../../bindings/app";
import { count, percent } from "../../i18n/figures";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";
import { Bar } from "../../parts/Bar";
import { Bars } from "../../parts/Bars";
import { CustomerTier, tierLook } from "../../parts/CustomerTier";
import { EmptyState } from "../../parts/EmptyState";
import { Failed } from "../../parts/Failed";
import { Fig, Figs } from "../../parts/Fig";
import { Section } from "../../parts/Section";
import { useRead } from "../../query/use";
import { CouponsTwice } from "./CouponsTwice";
import { Exceptions } from "./Exceptions";
import { Waiting } from "./Waiting";

/** Members by tier: a bar for each, longest the most. The table and the drawing are one. */
function Members({ club }: { club: Club }) {
  const t = useWords();
  const format = useFormat();
  const all = club.tiers.reduce((sum, { members }) => sum + members, 0);
  const most = Math.max(1, ...club.tiers.map(({ members }) => members));
  const share = (members: number) => (all === 0 ? 0 : members / all);
  return (
    <Section
      title={t("club:members.title")}
      note={t("club:members.note", { figure: count(all), count: all })}
    >
      {all === 0 ? (
        <EmptyState>{t("club:members.none")}</EmptyState>
      ) : (
        <table className="clubtable members">
          <thead className="vh">
            <tr>
              <th scope="col">{t("club:members.tier")}</th>
              <th scope="col">{t("club:members.from")}</th>
              <th scope="col">{t("club:members.share")}</th>
              <th scope="col">{t("club:members.count")}</th>
            </tr>
          </thead>
          <tbody>
            {[...club.tiers].reverse().map(({ tier, members }) => (
              <tr key={tier.name}>
                <th scope="row">
                  <CustomerTier tier={tier.name} />
                </th>
                <td className="t3 sm nw">
                  {t("club:members.step", { sum: format.price(tier.from, { headline: true }) })}
                </td>
                <td className="barcell">
                  <Bar
                    label={percent(share(members))}
                    parts={[{ share: members / most, colour: `t-${tierLook(tier.name)}` }]}
                  />
                </td>
                <td className="end nw">
                  {count(members)} <span className="t3 sm">{percent(share(members))}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

function Outstanding({ club }: { club: Club }) {
  const t = useWords();
  const format = useFormat();
  return (
    <Section title={t("club:outstanding.title")} note={t("club:outstanding.note")}>
      <Figs>
        <Fig
          label={t("club:outstanding.points")}
          value={<span data-testid="outstanding">{count(club.points)}</span>}
          why={t("club:outstanding.holders", { figure: count(club.holders), count: club.holders })}
        />
        <Fig
          label={t("club:outstanding.liability")}
          value={format.price(club.liability, { headline: true })}
          why={t("club:outstanding.worth", { sum: format.price(club.worth_of_100, { headline: true }) })}
        />
        <Fig label={t("club:outstanding.coins")} value={count(club.coins)} />
      </Figs>
    </Section>
  );
}

function Lapses({ club }: { club: Club }) {
  const t = useWords();
  const format = useFormat();
  return (
    <Section title={t("club:lapses.title")} note={t("club:lapses.note")}>
      {club.lapses.length === 0 ? (
        <p className="t2">{t("club:lapses.none")}</p>
      ) : (
        <table className="clubtable">
          <thead>
            <tr>
              <th scope="col">{t("club:lapses.last")}</th>
              <th scope="col" className="end">
                {t("club:lapses.members")}
              </th>
              <th scope="col" className="end">
                {t("club:lapses.points")}
              </th>
              <th scope="col" className="end">
                {t("club:lapses.worth")}
              </th>
            </tr>
          </thead>
          <tbody>
            {club.lapses.map((lapse) => (
              <tr key={lapse.at}>
                <td>{format.longDay(lapse.at - 1)}</td>
                <td className="end">{count(lapse.members)}</td>
                <td className="end">{count(lapse.points)}</td>
                <td className="end">{format.price(lapse.worth)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

/** How the club stands. What needs somebody comes first. */
export function Overview() {
  const t = useWords();
  const navigate = useNavigate();
  const { data: club, error, refetch } = useRead("club.show", null);
  if (error !== null) return <Failed failure={error} onRetry={() => void refetch()} />;
  if (club === undefined) return <Bars count={5} />;
  return (
    <>
      <Waiting club={club} />
      {club.exceptions.length > 0 && <Exceptions rows={club.exceptions} />}
      {club.coupons_twice.length > 0 && <CouponsTwice rows={club.coupons_twice} />}
      <Members club={club} />
      <Outstanding club={club} />
      <Lapses club={club} />
      {club.exceptions.length === 0 && (
        <Section title={t("club:exceptions.title")} note={t("club:exceptions.note")}>
          <EmptyState
            action={
              <Button size="small" onClick={() => void navigate({ to: ".", search: { page: "rewards" } })}>
                {t("club:page.rewards")}
              </Button>
            }
          >
            {t("club:exceptions.none")}
          </EmptyState>
        </Section>
      )}
    </>
  );
}
