import type { KeyboardEvent } from "react";
import { useEffect, useRef } from "react";
import type { RewardRow } from "../../bindings/app";
import { useLimited } from "../../forms/leave";
import { LeaveForm } from "../../forms/LeaveForm";
import { Refused } from "../../forms/Refused";
import { call } from "../../host/call";
import { useFailureWords } from "../../i18n/failure";
import { count } from "../../i18n/figures";
import { useWords } from "../../i18n/words";
import { Bars } from "../../parts/Bars";
import { useTierName } from "../../parts/CustomerTier";
import { EmptyState } from "../../parts/EmptyState";
import { Facts } from "../../parts/Facts";
import { Failed } from "../../parts/Failed";
import { Kbd } from "../../parts/Kbd";
import { offerUndo } from "../../parts/UndoToast";
import { useRead } from "../../query/use";
import { useKeys } from "../../shell/hotkeys";
import { onMac, writeChord } from "../../shell/keys";

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
  const list = useRef<HTMLDivElement>(null);
  const { data, error, refetch } = useRead("reward.list", { customer });
  const redeem = useLimited("reward.redeem");
  const rows = data ?? [];
  useEffect(() => list.current?.focus(), []);
  useKeys({ "counter.clear": onClose });
  const give = (row: RewardRow | undefined) => {
    if (row === undefined || row.refusal !== null || redeem.pending) return;
    redeem.run({ customer, reward: row.id }, ({ redemption, reward }) => {
      onClose();
      offerUndo(t("counter:redeem.done", { name: reward }), () => {
        void call("reward.undo", { redemption });
      });
    });
  };
  const pressed = (event: KeyboardEvent) => {
    if (!/^[1-9]$/.test(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    give(rows[Number(event.key) - 1]);
  };
  return (
    // The list hears digits from any of its rows.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <section
      className="redeem"
      ref={list}
      tabIndex={-1}
      aria-label={t("counter:redeem.title")}
      onKeyDown={pressed}
      data-testid="redeem"
    >
      <div className="row g8">
        <h2 className="grow">{t("counter:redeem.title")}</h2>
        <button type="button" className="bare t3 sm nw" onClick={onClose}>
          <Kbd>{writeChord("Escape", onMac)}</Kbd> {t("counter:redeem.close")}
        </button>
      </div>
      {error !== null && <Failed failure={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Bars count={3} />}
      {data !== undefined && rows.length === 0 && <EmptyState>{t("counter:redeem.none")}</EmptyState>}
      {rows.map((row, index) => (
        <button
          key={row.id}
          type="button"
          className="redeemrow"
          aria-disabled={row.refusal !== null}
          onClick={() => give(row)}
        >
          {index < 9 ? <Kbd>{index + 1}</Kbd> : <span />}
          <span className="redeemwords">
            <span className="cut">{row.reward.name}</span>
            {row.refusal !== null && <Why refusal={row.refusal} />}
          </span>
          <Price row={row} />
        </button>
      ))}
      <Refused failure={redeem.failure} />
      {redeem.asking !== null && <LeaveForm asking={redeem.asking} customer={customer} />}
    </section>
  );
}
