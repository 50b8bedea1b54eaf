import { Input, Switch } from "antd";
import { Coins } from "lucide-react";
import { useId } from "react";
import { count } from "../../i18n/figures";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";
import { Icon } from "../../parts/Icon";
import { Kbd } from "../../parts/Kbd";
import { writeKey } from "../../shell/keys";
import { readMoney } from "../../forms/amounts";

/** What a member may pay with: their points, and what a hundred of them are worth. */
export interface Purse {
  balance: number;
  worth: number;
}

/** The most that points may pay of the sale. */
export function mostByPoints(due: number, { balance, worth }: Purse): number {
  return Math.max(0, Math.min(due, Math.floor((balance * worth) / 100)));
}

/** Points for so many fen, rounded up, as the core takes them. */
export function pointsFor(fen: number, worth: number): number {
  return worth <= 0 ? 0 : Math.ceil((fen * 100) / worth);
}

/** What was typed, in fen; empty is as much as possible, and more than that is `null`. */
export function readPoints(typed: string, most: number): number | null {
  if (typed.trim() === "") return most;
  const fen = readMoney(typed);
  return fen === null || fen > most ? null : fen;
}

interface PointsTenderProps {
  due: number;
  purse: Purse;
  on: boolean;
  typed: string;
  onChange: (on: boolean) => void;
  onTyped: (typed: string) => void;
}

/** 积分抵: on or off, as much as they have unless another sum is typed. */
export function PointsTender({ due, purse, on, typed, onChange, onTyped }: PointsTenderProps) {
  const t = useWords();
  const format = useFormat();
  const id = useId();
  const most = mostByPoints(due, purse);
  const fen = readPoints(typed, most);
  return (
    <div className="pointstender" data-testid="points-tender">
      <div className="row g12">
        <Icon of={Coins} size={20} />
        <div className="grow">
          <label htmlFor={id}>{t("counter:pay.points", { sum: format.price(fen ?? most) })}</label>
          <div className="sm t3">
            {t("counter:pay.points_why", {
              points: count(pointsFor(fen ?? most, purse.worth)),
              balance: count(purse.balance),
            })}
          </div>
        </div>
        <Kbd>{writeKey("counter.redeem")}</Kbd>
        <Switch id={id} checked={on} onChange={onChange} />
      </div>
      {on && (
        <div className="row g8 pointssum">
          <label htmlFor={`${id}-sum`} className="t3 nw">
            {t("counter:pay.points_amount")}
          </label>
          <Input
            id={`${id}-sum`}
            value={typed}
            inputMode="decimal"
            autoComplete="off"
            placeholder={format.price(most)}
            status={fen === null ? "error" : ""}
            aria-invalid={fen === null}
            onChange={(event) => onTyped(event.target.value)}
          />
          <span className={fen === null ? "sm err" : "sm t3"}>
            {t("counter:pay.points_most", { sum: format.price(most) })}
          </span>
        </div>
      )}
    </div>
  );
}
