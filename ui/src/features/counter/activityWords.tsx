import type { ActivityRow, ContributionAdded, TookPart } from "../../bindings/app";
import { useFailureWords } from "../../i18n/failure";
import { count } from "../../i18n/figures";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";
import { useTierName } from "../../parts/CustomerTier";
import { Facts } from "../../parts/Facts";
import { Pending } from "../../parts/States";

/** What just came of a press: a part that was taken, or coins. */
export type Came = { is: "part"; part: TookPart } | { is: "coins"; added: ContributionAdded };

const codes = {
  "activity.again": "again",
  "activity.tier_missing": "tier_missing",
  "draw.not_yet": "not_yet",
  "draw.no_lot": "no_lot",
} as const;

/** Why not, in a few words; the whole sentence is for a refusal after a press. */
export function ActivityWhy({ refusal }: { refusal: NonNullable<ActivityRow["refusal"]> }) {
  const t = useWords();
  const format = useFormat();
  const tierName = useTierName();
  const sentence = useFailureWords(refusal);
  const why = Object.entries(codes).find(([code]) => code === refusal.code)?.[1];
  if (why === undefined) return sentence;
  const { tier, day } = refusal.params;
  return t(`counter:activity.why.${why}`, {
    tier: tierName(typeof tier === "string" ? tier : ""),
    day: typeof day === "string" ? format.shortDay(day) : "",
  });
}

/** What it is, before anybody took part. */
export function About({ row }: { row: ActivityRow }) {
  const t = useWords();
  const { terms } = row;
  switch (terms?.kind) {
    case "activation":
      return t("counter:activity.about.activation", { figure: count(terms.every), gift: terms.gift });
    case "draw":
      return t("counter:activity.about.draw", { figure: count(row.tickets ?? 0), count: row.tickets ?? 0 });
    case "trial":
      return t("counter:activity.about.trial", { figure: count(terms.units) });
    case "coins":
      return t(terms.reviewed ? "counter:activity.about.reviewed" : "counter:activity.about.coins");
    default:
      return null;
  }
}

/** What a press on it does. */
export function Doing({ row }: { row: ActivityRow }) {
  const t = useWords();
  const { terms } = row;
  if (terms === null) return null;
  return terms.kind === "coins"
    ? t("counter:activity.do.coins", { figure: count(terms.amount), count: terms.amount })
    : t(`counter:activity.do.${terms.kind}`);
}

/** What came of taking part: a place, a prize, or that the shared order is still to decide. */
export function Took({ row, part }: { row: ActivityRow; part: TookPart }) {
  const t = useWords();
  const { place, won } = part;
  if (row.terms?.kind === "draw") {
    return won === null ? (
      t("counter:activity.took.blank")
    ) : (
      <b>{t("counter:activity.took.won", { name: won })}</b>
    );
  }
  switch (place?.is) {
    case "pending":
      return <Facts items={[<Pending key="is" />, t("counter:activity.pending_why")]} />;
    case "again":
      return t("counter:activity.took.again");
    case "waiting":
      return t("counter:activity.took.waiting", { figure: count(place.place) });
    case "counted": {
      const figure = count(place.place);
      if (row.terms?.kind === "trial") return t("counter:activity.took.trial", { figure });
      return place.wins ? (
        <b>{t("counter:activity.took.gift", { figure, gift: won ?? "" })}</b>
      ) : (
        t("counter:activity.took.place", { figure })
      );
    }
    default:
      return null;
  }
}

/** Coins that came, or why none did. */
export function Coins({ added }: { added: ContributionAdded }) {
  const t = useWords();
  if (added.waits) return <span className="pendingword">{t("counter:activity.took.waits")}</span>;
  if (added.coins <= 0) return t("counter:activity.took.full");
  return <b>{t("counter:activity.took.coins", { figure: count(added.coins), count: added.coins })}</b>;
}
