import { Button } from "antd";
import { CirclePlus, Ticket } from "lucide-react";
import type { Quote } from "../../bindings/app";
import { useFailureWords } from "../../i18n/failure";
import { count, money } from "../../i18n/figures";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";
import type { Failure } from "../../host/failure";
import { Tag } from "../../parts/Chip";
import { Icon } from "../../parts/Icon";
import { Kbd } from "../../parts/Kbd";
import { Note } from "../../parts/Note";
import { tierLook, useTierName } from "../../parts/CustomerTier";
import { Tier } from "../../parts/Tier";
import { writeKey } from "../../shell/keys";
import { Bold } from "./Bold";
import { useCoupons } from "./couponOffer";
import { CouponWhy } from "./Coupons";
import type { Draft, TakenCoupon } from "./draft";
import { listTotal, priceless, total } from "./draft";
import { LeaveNote } from "./LeaveNote";

interface SaleTotalsProps {
  draft: Draft;
  quote: Quote | null;
  /** A coupon taken off. */
  due: number;
  failure: Failure | null;
  heldCount: number;
  onCoupon: (coupon: null) => void;
  onHold: (approval?: string) => void;
  onHeld: () => void;
  onDiscount: () => void;
  onPay: () => void;
}

function Gains({ draft, quote }: { draft: Draft; quote: Quote | null }) {
  const t = useWords();
  const tierName = useTierName();
  if (draft.lines.length === 0) return null;
  if (draft.customer === null) return <div className="row g8 sm t3 gains">{t("counter:total.nobody")}</div>;
  const after = quote?.standing_after?.tier;
  const up = after !== undefined && after !== quote?.standing?.tier;
  return (
    <div className="row g8 sm t2 gains">
      <span className="t3">
        <Icon of={CirclePlus} size={14} />
      </span>
      <span className="grow">
        {quote !== null && (
          <Bold part={count(quote.points)}>
            {t("counter:total.points", { count: quote.points, figure: count(quote.points) })}
          </Bold>
        )}
      </span>
      {up && <Tier look={tierLook(after)} name={t("counter:total.up", { tier: tierName(after) })} pill />}
    </div>
  );
}

function QuoteFailed({ failure }: { failure: Failure }) {
  const t = useWords();
  return (
    <Note kind="warning" title={useFailureWords(failure)}>
      {t("counter:total.kept")}
    </Note>
  );
}

/** The coupon that is taken, what it takes off, and the way to take it off itself. */
function CouponLine({
  draft,
  coupon,
  quote,
  onDrop,
}: {
  draft: Draft;
  coupon: TakenCoupon;
  quote: Quote | null;
  onDrop: () => void;
}) {
  const t = useWords();
  const refusal = quote?.coupon_refusal ?? null;
  const off = quote?.coupon_off ?? 0;
  const whole = useCoupons(draft).data?.find((row) => row.id === coupon.id)?.off ?? off;
  return (
    <div className="sum" data-testid="coupon-line">
      <span className="row g8">
        <span className="nw">{t("counter:coupon.line")}</span>
        <Tag icon={Ticket} onRemove={onDrop} removes={t("counter:coupon.drop", { name: coupon.name })}>
          {coupon.name}
        </Tag>
      </span>
      {refusal === null ? (
        <span>
          {quote !== null && whole > off && <span className="t3">{t("counter:line.floor")} </span>}
          {money(-off)}
        </span>
      ) : (
        <span className="warn sm end">
          <CouponWhy refusal={refusal} />
        </span>
      )}
    </div>
  );
}

/** What it comes to, what it earns, and the one filled button of the counter. */
export function SaleTotals({
  draft,
  quote,
  due: owed,
  failure,
  heldCount,
  onCoupon,
  onHold,
  onHeld,
  onDiscount,
  onPay,
}: SaleTotalsProps) {
  const t = useWords();
  const format = useFormat();
  const sum = total(draft);
  const list = listTotal(draft);
  const missing = priceless(draft);
  const none = draft.lines.length === 0;
  const due = format.price(owed);
  return (
    <div className="totals">
      {failure !== null && <QuoteFailed failure={failure} />}
      {quote !== null && <LeaveNote draft={draft} quote={quote} onSent={onHold} />}
      {list !== sum && (
        <>
          <div className="sum">
            <span>{t("counter:total.list")}</span>
            <span>{money(list)}</span>
          </div>
          <div className="sum">
            <span>{t("counter:total.less")}</span>
            <span>{money(sum - list)}</span>
          </div>
        </>
      )}
      {draft.coupon !== undefined && (
        <CouponLine draft={draft} coupon={draft.coupon} quote={quote} onDrop={() => onCoupon(null)} />
      )}
      <div className="row between due">
        <span className="lg">{t("counter:total.due")}</span>
        <output className="amount" data-testid="sale-total">
          {due}
        </output>
      </div>
      <Gains draft={draft} quote={quote} />
      <div className="row g8">
        {none && heldCount > 0 ? (
          <Button onClick={onHeld} data-testid="held">
            {t("counter:held.take", { count: heldCount })}
          </Button>
        ) : (
          <Button onClick={() => onHold()} disabled={none} data-testid="hold">
            {t("counter:held.hold")}
          </Button>
        )}
        <Button onClick={onDiscount} disabled={none}>
          {t("counter:line.discount")}
        </Button>
        <Button
          type="primary"
          size="large"
          className="grow pay"
          data-testid="pay"
          disabled={none || missing !== undefined}
          onClick={onPay}
        >
          {none ? t("counter:pay.take") : t("counter:pay.take_sum", { sum: due })}{" "}
          <Kbd>{writeKey("counter.pay")}</Kbd>
        </Button>
      </div>
      {missing !== undefined && (
        <p className="sm t3 reason">{t("counter:pay.needs_price", { name: missing.name })}</p>
      )}
    </div>
  );
}
