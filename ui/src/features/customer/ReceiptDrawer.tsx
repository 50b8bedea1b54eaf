import { Button, Drawer, Input, InputNumber } from "antd";
import { Undo2 } from "lucide-react";
import type { KeyboardEvent } from "react";
import { useState } from "react";
import type { Receipt } from "../../bindings/app";
import { useLimited } from "../../forms/leave";
import { LeaveForm } from "../../forms/LeaveForm";
import { Refused } from "../../forms/Refused";
import { count, quantity } from "../../i18n/figures";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";
import { Bars } from "../../parts/Bars";
import { Facts } from "../../parts/Facts";
import { Failed } from "../../parts/Failed";
import { Icon } from "../../parts/Icon";
import { Money } from "../../parts/Money";
import { WaitingMark } from "../../parts/States";
import { useRead } from "../../query/use";
import { useKeys } from "../../shell/hotkeys";

const pays = ["cash", "card", "wechat_pay", "alipay", "points"] as const;

/** What can still be given back. Refunds so far are negative. */
export function left(receipt: Pick<Receipt, "total" | "refunded">): number {
  return receipt.total + receipt.refunded;
}

function RefundForm({ receipt, onClose }: { receipt: Receipt; onClose: () => void }) {
  const t = useWords();
  const format = useFormat();
  const most = left(receipt);
  const [yuan, setYuan] = useState<number | null>(most / 100);
  const [note, setNote] = useState("");
  const refund = useLimited("sale.refund");
  const fen = yuan === null ? 0 : Math.round(yuan * 100);
  const tooHigh = fen > most;
  const ready = fen > 0 && !tooHigh && !refund.pending;
  const save = () => {
    if (!ready) return;
    const why = note.trim() === "" ? {} : { note: note.trim() };
    refund.run({ sale: receipt.id, ...(fen === most ? {} : { amount: fen }), ...why }, onClose);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      onClose();
    } else if (event.key === "Enter" && !(event.target instanceof HTMLButtonElement)) save();
  };
  return (
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions -- hears the fields' own keys pass
    <div className="col g8 refund" onKeyDown={onKeyDown}>
      <div className="row g8">
        <InputNumber
          // eslint-disable-next-line jsx-a11y/no-autofocus -- the button asked for it
          autoFocus
          className="refundsum"
          controls={false}
          min={0}
          precision={2}
          value={yuan}
          status={tooHigh ? "error" : ""}
          prefix="¥"
          aria-label={t("customer:refund.amount")}
          onChange={setYuan}
        />
        <Input
          className="grow"
          value={note}
          aria-label={t("customer:refund.why")}
          placeholder={t("customer:refund.why")}
          onChange={(event) => setNote(event.target.value)}
        />
      </div>
      <div className={tooHigh ? "sm err" : "sm t3"}>
        {t("customer:refund.most", { sum: format.price(most) })}
      </div>
      <Refused failure={refund.failure} />
      {refund.asking !== null && <LeaveForm asking={refund.asking} customer={receipt.customer} />}
      <div className="row g8">
        <Button disabled={!ready} onClick={save}>
          {t("customer:refund.save", { sum: format.price(fen) })}
        </Button>
        <Button type="text" onClick={onClose}>
          {t("customer:cancel")}
        </Button>
      </div>
    </div>
  );
}

function Paper({ receipt }: { receipt: Receipt }) {
  const t = useWords();
  const format = useFormat();
  return (
    <div className="receipt" data-testid="receipt">
      <div className="t2">
        <Facts
          items={[
            format.dayAndTime(new Date(receipt.sold_at)),
            receipt.store,
            receipt.device,
            receipt.person,
            receipt.customer_away && t("customer:away.title"),
            receipt.waiting && <WaitingMark key="waiting" />,
          ]}
        />
      </div>
      <ul className="receiptlines">
        {receipt.lines.map((line, at) => (
          <li key={at} className="row g12">
            <span className="grow">
              {line.name === "" ? (line.sku ?? t("customer:receipt.unnamed")) : line.name}
              <span className="sm t3"> × {quantity(line.quantity / 1000)}</span>
            </span>
            <Money fen={line.amount} column />
          </li>
        ))}
      </ul>
      <dl className="receiptsum">
        <div>
          <dt>{t(receipt.refund_of === null ? "customer:receipt.total" : "customer:receipt.refunded")}</dt>
          <dd>
            <b>
              <Money fen={receipt.total} />
            </b>
          </dd>
        </div>
        {receipt.coupon !== null && (
          <div>
            <dt className="t2">{t("counter:receipt.coupon", { name: receipt.coupon.name })}</dt>
            <dd>
              <Money fen={receipt.coupon.off} />
            </dd>
          </div>
        )}
        {receipt.tenders.map((tender, at) => {
          const known = pays.find((one) => one === tender.kind);
          return (
            <div key={at}>
              <dt className="t2">{known === undefined ? tender.kind : t(`nouns:pay.${known}`)}</dt>
              <dd>
                <Money fen={tender.amount} />
              </dd>
            </div>
          );
        })}
        {receipt.refunded !== 0 && (
          <div>
            <dt className="t2">{t("customer:receipt.refunded")}</dt>
            <dd>
              <Money fen={receipt.refunded} />
            </dd>
          </div>
        )}
        <div>
          <dt className="t2">{t("customer:points.title")}</dt>
          <dd>
            {receipt.points > 0 ? "+" : ""}
            {count(receipt.points)}
          </dd>
        </div>
      </dl>
    </div>
  );
}

/** One sale as it was rung up, and the way to give money back for it. */
export function ReceiptDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useWords();
  const [refunding, setRefunding] = useState(false);
  const { data: receipt, error, refetch } = useRead("sale.show", { id });
  useKeys({}, { modal: true });
  const mayRefund = receipt !== undefined && receipt.refund_of === null && left(receipt) > 0;
  return (
    <Drawer
      open
      size={416}
      title={
        receipt === undefined
          ? t("customer:receipt.title")
          : t("customer:receipt.number", { number: receipt.number })
      }
      onClose={onClose}
    >
      {error !== null && <Failed failure={error} onRetry={() => void refetch()} />}
      {receipt === undefined && error === null && <Bars />}
      {receipt !== undefined && (
        <>
          <Paper receipt={receipt} />
          {refunding && <RefundForm receipt={receipt} onClose={() => setRefunding(false)} />}
          {mayRefund && !refunding && (
            <Button icon={<Icon of={Undo2} />} onClick={() => setRefunding(true)}>
              {t("customer:refund.button")}
            </Button>
          )}
        </>
      )}
    </Drawer>
  );
}
