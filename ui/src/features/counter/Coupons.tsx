import { Ticket } from "lucide-react";
import type { CouponRow } from "../../bindings/app";
import { useFailureWords } from "../../i18n/failure";
import { percent } from "../../i18n/figures";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";
import { useTierName } from "../../parts/CustomerTier";
import { Icon } from "../../parts/Icon";
import { Kbd } from "../../parts/Kbd";
import { writeKey } from "../../shell/keys";
import { offered, useCoupons } from "./couponOffer";
import { Digit, DigitList } from "./DigitList";
import type { Draft, TakenCoupon } from "./draft";

const whys = ["total_short", "used", "not_yet", "birthday_unknown", "tier_missing"] as const;

/** Why a coupon may not be used now, in a few words. */
export function CouponWhy({ refusal }: { refusal: NonNullable<CouponRow["refusal"]> }) {
  const t = useWords();
  const format = useFormat();
  const tierName = useTierName();
  const sentence = useFailureWords(refusal);
  const known = whys.find((why) => refusal.code === `coupon.${why}`);
  const { missing, day, tier } = refusal.params;
  if (known === undefined) return sentence;
  return t(`counter:coupon.why.${known}`, {
    sum: typeof missing === "number" ? format.price(missing, { headline: true }) : "",
    day: typeof day === "string" ? format.shortDay(day) : "",
    tier: tierName(typeof tier === "string" ? tier : ""),
  });
}

/** −¥50, or −10%. */
function Off({ row }: { row: CouponRow }) {
  const format = useFormat();
  const { off, off_percent: share } = row.coupon;
  const fen = row.off !== null && row.off > 0 ? row.off : (off ?? 0);
  return (
    <span className="nw">
      {fen > 0 ? format.price(-fen, { headline: true }) : `−${percent((share ?? 0) / 100)}`}
    </span>
  );
}

interface CouponsProps {
  draft: Draft;
  onTake: (coupon: TakenCoupon | null) => void;
}

/** A birthday's coupon says itself that it is there; a touch takes it. Others wait behind their key. */
export function CouponOffer({ draft, onTake, onOpen }: CouponsProps & { onOpen: () => void }) {
  const t = useWords();
  const format = useFormat();
  const row = offered(useCoupons(draft).data ?? []);
  if (row === undefined || draft.customer === null || draft.coupon !== undefined) return null;
  const name = row.coupon.name ?? "";
  return (
    <div className="row g8 couponoffer" data-testid="coupon-offer">
      <button
        type="button"
        className="chip couponchip"
        disabled={row.refusal !== null}
        aria-label={t("counter:coupon.take", { name })}
        onClick={() => onTake({ id: row.id, name })}
      >
        <Icon of={Ticket} size={14} />
        <span className="cut">{name}</span> <Off row={row} />
      </button>
      <span className="grow sm t3">
        {row.refusal !== null ? (
          <CouponWhy refusal={row.refusal} />
        ) : (
          row.until !== null && t("counter:coupon.until", { day: format.shortDay(row.until) })
        )}
      </span>
      <button type="button" className="bare t3 sm nw" onClick={onOpen}>
        {t("counter:coupon.title")} <Kbd>{writeKey("counter.coupon")}</Kbd>
      </button>
    </div>
  );
}

/** What this member may use on the sale: a digit or a touch takes it, and takes it off again. */
export function Coupons({ draft, onTake, onClose }: CouponsProps & { onClose: () => void }) {
  const t = useWords();
  const format = useFormat();
  const coupons = useCoupons(draft);
  const nobody = draft.customer === null;
  const rows = coupons.data ?? [];
  const take = (row: CouponRow | undefined) => {
    if (row === undefined) return;
    if (row.id === draft.coupon?.id) onTake(null);
    else if (row.refusal === null) onTake({ id: row.id, name: row.coupon.name ?? "" });
    else return;
    onClose();
  };
  return (
    <DigitList
      id="coupons"
      className="coupons"
      title={t("counter:coupon.title")}
      answer={nobody ? { ...coupons, data: [] } : coupons}
      none={t(nobody ? "counter:coupon.nobody" : "counter:coupon.none")}
      onDigit={(at) => take(rows[at])}
      onClose={onClose}
    >
      {rows.map((row, index) => (
        <button
          key={row.id}
          type="button"
          className="redeemrow"
          aria-disabled={row.refusal !== null && row.id !== draft.coupon?.id}
          aria-pressed={row.id === draft.coupon?.id}
          onClick={() => take(row)}
        >
          <Digit at={index} />
          <span className="redeemwords">
            <span className="cut">{row.coupon.name}</span>
            <span className="sm t2">
              {row.id === draft.coupon?.id ? (
                t("counter:coupon.taken")
              ) : row.refusal !== null ? (
                <CouponWhy refusal={row.refusal} />
              ) : (
                row.until !== null && t("counter:coupon.until", { day: format.shortDay(row.until) })
              )}
            </span>
          </span>
          <Off row={row} />
        </button>
      ))}
    </DigitList>
  );
}
