import type { RewardRow } from "../../bindings/app";
import { useLimited } from "../../forms/leave";
import { LeaveForm } from "../../forms/LeaveForm";
import { Refused } from "../../forms/Refused";
import { call } from "../../host/call";
import { useFailureWords } from "../../i18n/failure";
import { count } from "../../i18n/figures";
import { useWords } from "../../i18n/words";
import { useTierName } from "../../parts/CustomerTier";
import { Facts } from "../../parts/Facts";
import { offerUndo } from "../../parts/UndoToast";
import { useRead } from "../../query/use";
import { Digit, DigitList } from "./DigitList";

interface RedeemingProps {
  customer: string;
  onClose: () => void;
}

const whys = ["points_short", "coins_short", "both_short", "right_missing", "tier_missing"] as const;

/** Before anybody asked: only what is missing. The whole sentence is for a refusal. */
function Why({ refusal }: { refusal: NonNullable<RewardRow["refusal"]> }) {
  const t = useWords();
  const tierName = useTierName();
  const sentence = useFailureWords(refusal);
  const short = whys.find((why) => refusal.code === `reward.${why}`);
  const { points, coins, tier } = refusal.params;
  const said = (value: unknown) => (typeof value === "number" ? count(value) : "");
  return (
    <span className="sm t2">
      {short === undefined
        ? sentence
        : t(`counter:redeem.why.${short}`, {
            points: said(points),
            coins: said(coins),
            tier: tierName(typeof tier === "string" ? tier : ""),
          })}
    </span>
  );
}

function Price({ row }: { row: RewardRow }) {
  const t = useWords();
  const points = row.reward.points ?? 0;
  const coins = row.reward.coins ?? 0;
  return (
    <span className="nw">
      <Facts
        items={[
          points > 0 ? t("counter:redeem.points", { figure: count(points), count: points }) : null,
          coins > 0 ? t("counter:redeem.coins", { figure: count(coins), count: coins }) : null,
          points + coins === 0 ? t("counter:redeem.free") : null,
        ]}
      />
    </span>
  );
}

/** What this member may have. A digit or a touch gives it, and six seconds take it back: no dialog. */
export function Redeeming({ customer, onClose }: RedeemingProps) {
  const t = useWords();
  const answer = useRead("reward.list", { customer });
  const redeem = useLimited("reward.redeem");
  const rows = answer.data ?? [];
  const give = (row: RewardRow | undefined) => {
    if (row === undefined || row.refusal !== null || redeem.pending) return;
    redeem.run({ customer, reward: row.id }, ({ redemption, reward }) => {
      onClose();
      offerUndo(t("counter:redeem.done", { name: reward }), () => {
        void call("reward.undo", { redemption });
      });
    });
  };
  return (
    <DigitList
      id="redeem"
      title={t("counter:redeem.title")}
      answer={answer}
      none={t("counter:redeem.none")}
      onDigit={(at) => give(rows[at])}
      onClose={onClose}
    >
      {rows.map((row, index) => (
        <button
          key={row.id}
          type="button"
          className="redeemrow"
          aria-disabled={row.refusal !== null}
          onClick={() => give(row)}
        >
          <Digit at={index} />
          <span className="redeemwords">
            <span className="cut">{row.reward.name}</span>
            {row.refusal !== null && <Why refusal={row.refusal} />}
          </span>
          <Price row={row} />
        </button>
      ))}
      <Refused failure={redeem.failure} />
      {redeem.asking !== null && <LeaveForm asking={redeem.asking} customer={customer} />}
    </DigitList>
  );
}
