import { UserRound } from "lucide-react";
import type { RefObject } from "react";
import { useState } from "react";
import type { ProductRow, Quote } from "../../bindings/app";
import type { Failure } from "../../host/failure";
import { useWords } from "../../i18n/words";
import { Tag } from "../../parts/Chip";
import { EmptyState } from "../../parts/EmptyState";
import { Note } from "../../parts/Note";
import { offerUndo } from "../../parts/UndoToast";
import { useKeys } from "../../shell/hotkeys";
import { later } from "../../shell/later";
import type { Draft, Line, TakenCoupon } from "./draft";
import {
  addFree,
  addProduct,
  neighbour,
  priceless,
  putBack,
  removeLine,
  setOff,
  setPrice,
  setQuantity,
  withCoupon,
} from "./draft";
import { CouponOffer, Coupons } from "./Coupons";
import { ItemBox } from "./ItemBox";
import type { Held } from "./kept";
import { LeaveAnswer } from "./LeaveNote";
import { useOwnLimit } from "./ownLimit";
import type { Editing } from "./SaleLine";
import { SaleTotals } from "./SaleTotals";

const SaleLine = later(async () => (await import("./SaleLine")).SaleLine);

interface SalePaneProps {
  draft: Draft;
  quote: Quote | null;
  quoteFailure: Failure | null;
  /** What it comes to, a coupon taken off. */
  due: number;
  held: readonly Held[];
  /** The last change could not be written to the local file. */
  unsaved: boolean;
  /** Esc was pressed with goods on the sale: once more takes the customer off. */
  detaching: boolean;
  items: RefObject<HTMLInputElement | null>;
  onDraft: (next: (draft: Draft) => Draft) => void;
  onDetach: () => void;
  /** With leave that was asked for, it waits for the answer. */
  onHold: (approval?: string) => void;
  onTake: (one: Held) => void;
  onHeld: () => void;
  onPay: () => void;
  onLeaveItems: () => void;
}

/** The sale that is being written: what is on it, and what may be done with it. It never hides. */
export function SalePane({
  draft,
  quote,
  quoteFailure,
  due,
  held,
  unsaved,
  detaching,
  items,
  onDraft,
  onDetach,
  onHold,
  onTake,
  onHeld,
  onPay,
  onLeaveItems,
}: SalePaneProps) {
  const t = useWords();
  const [chosenKey, setChosenKey] = useState<string | null>(null);
  const [editing, setEditing] = useState<{ key: string; what: Editing } | null>(null);
  const chosen = draft.lines.find((line) => line.key === chosenKey) ?? draft.lines.at(-1);
  const open = draft.lines.length === 0;
  const [couponing, setCouponing] = useState(false);
  const limit = useOwnLimit("discount");
  const takeCoupon = (coupon: TakenCoupon | null) => onDraft((now) => withCoupon(now, coupon));

  const edit = (what: Editing, line: Line | undefined = chosen) => {
    if (line === undefined) return;
    setChosenKey(line.key);
    setEditing({ key: line.key, what });
  };
  const drop = (line: Line) => {
    const index = draft.lines.indexOf(line);
    onDraft((now) => removeLine(now, line.key));
    offerUndo(t("counter:line.removed", { name: line.name }), () =>
      onDraft((now) => putBack(now, line, index)),
    );
  };
  const count = (line: Line, quantity: number) => {
    setEditing(null);
    if (quantity <= 0) drop(line);
    else onDraft((now) => setQuantity(now, line.key, quantity));
  };
  const takeProduct = (product: ProductRow) => {
    const key = crypto.randomUUID();
    onDraft((now) => addProduct(now, product, key));
    const same = draft.lines.find((line) => line.product === product.id);
    setChosenKey(same?.key ?? key);
    if (product.price === null && same === undefined) setEditing({ key, what: "price" });
  };
  const takeFree = (typed: string) => {
    const key = crypto.randomUUID();
    const next = addFree(draft, typed, key);
    onDraft((now) => addFree(now, typed, key));
    setChosenKey(key);
    if (priceless(next)?.key === key) setEditing({ key, what: "price" });
  };
  const pay = () => {
    const missing = priceless(draft);
    if (missing !== undefined) edit("price", missing);
    else if (!open) onPay();
  };
  useKeys({
    "counter.item": () => {
      items.current?.focus();
      items.current?.select();
    },
    "counter.quantity": () => edit("quantity"),
    "counter.discount": () => edit("discount"),
    "counter.coupon": () => setCouponing(!couponing),
    "counter.hold": () => (open ? onHeld() : onHold()),
    "counter.pay": pay,
  });
  return (
    <>
      <div className="row g8 salehead">
        <h2 className="lg">{t("counter:sale.title")}</h2>
        <span className="t3 sm grow" data-testid="sale-number">
          {!open && quote?.number}
        </span>
        {draft.customer !== null && (
          <span data-testid="attached" data-id={draft.customer.id}>
            <Tag icon={UserRound} onRemove={onDetach}>
              {draft.customer.name}
            </Tag>
          </span>
        )}
      </div>
      <ItemBox field={items} onProduct={takeProduct} onFree={takeFree} onLeave={onLeaveItems} />
      <div className="grow scroll">
        {detaching && draft.customer !== null && (
          <div className="pad">
            <Note kind="warning" urgent title={t("counter:sale.detach", { name: draft.customer.name })} />
          </div>
        )}
        {held.map(
          (one) =>
            one.draft.approval !== undefined && (
              <LeaveAnswer key={one.id} one={one} id={one.draft.approval} onTake={() => onTake(one)} />
            ),
        )}
        {unsaved && (
          <div className="pad">
            <Note kind="error" urgent title={t("counter:sale.unsaved")} />
          </div>
        )}
        {open && <EmptyState>{t("counter:sale.none")}</EmptyState>}
        {!open && (
          <ul className="lines" aria-label={t("counter:sale.lines")}>
            {draft.lines.map((line) => (
              <SaleLine
                key={line.key}
                line={line}
                chosen={line.key === chosen?.key}
                editing={editing?.key === line.key ? editing.what : null}
                limit={limit}
                onChoose={() => setChosenKey(line.key)}
                onQuantity={(quantity) => count(line, quantity)}
                onOff={(off) => {
                  setEditing(null);
                  onDraft((now) => setOff(now, line.key, off));
                }}
                onPrice={(price) => {
                  setEditing(null);
                  onDraft((now) => setPrice(now, line.key, price));
                }}
                onLeave={() => setEditing(null)}
                onMove={(step) => {
                  const next = neighbour(draft, line.key, step);
                  if (next !== undefined && editing !== null) edit(editing.what, next);
                }}
              />
            ))}
          </ul>
        )}
      </div>
      {couponing ? (
        <Coupons draft={draft} onTake={takeCoupon} onClose={() => setCouponing(false)} />
      ) : (
        <CouponOffer draft={draft} onTake={takeCoupon} onOpen={() => setCouponing(true)} />
      )}
      <SaleTotals
        draft={draft}
        quote={quote}
        due={due}
        failure={quoteFailure}
        heldCount={held.length}
        onCoupon={takeCoupon}
        onHold={onHold}
        onHeld={onHeld}
        onDiscount={() => edit("discount")}
        onPay={pay}
      />
    </>
  );
}
