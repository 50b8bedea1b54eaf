import { Button, Input } from "antd";
import type { InputRef } from "antd";
import type { LucideIcon } from "lucide-react";
import { ArrowLeft, Banknote, CreditCard, QrCode, Smartphone } from "lucide-react";
import type { KeyboardEvent } from "react";
import { useEffect, useId, useRef, useState } from "react";
import { useFailureWords } from "../../i18n/failure";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";
import type { Failure } from "../../host/failure";
import { Facts } from "../../parts/Facts";
import { Icon } from "../../parts/Icon";
import { Kbd } from "../../parts/Kbd";
import { Note } from "../../parts/Note";
import { useKeys } from "../../shell/hotkeys";
import { onMac, writeChord } from "../../shell/keys";
import { readMoney } from "../../forms/amounts";
import type { TenderKind } from "./kept";
import { tenders } from "./kept";
import type { Purse } from "./PointsTender";
import { mostByPoints, PointsTender, readPoints } from "./PointsTender";
import type { Payment } from "./selling";

const icons: Record<TenderKind, LucideIcon> = {
  cash: Banknote,
  card: CreditCard,
  wechat_pay: QrCode,
  alipay: Smartphone,
};

/** The notes a customer is likely to hand over: the next round sums above what is due. */
export function likelyCash(due: number): number[] {
  const sums = [1000, 5000, 10_000].map((note) => Math.ceil(due / note) * note);
  return [...new Set(sums)].filter((sum) => sum > due).slice(0, 3);
}

interface TenderStepProps {
  due: number;
  /** Of the member on the sale, where points are worth anything. */
  purse: Purse | null;
  last: TenderKind;
  pending: boolean;
  failure: Failure | null;
  onPaid: (payment: Payment, change: number) => void;
  onBack: () => void;
}

function NotSold({ failure }: { failure: Failure }) {
  const t = useWords();
  return (
    <Note kind="error" urgent title={useFailureWords(failure)}>
      {t("counter:pay.failed")} <code className="t3">{failure.code}</code>
    </Note>
  );
}

/** How it is paid. The way used last is chosen already, so that Enter or F9 is enough. */
export function TenderStep({ due: owed, purse, last, pending, failure, onPaid, onBack }: TenderStepProps) {
  const t = useWords();
  const format = useFormat();
  const id = useId();
  const [kind, setKind] = useState<TenderKind>(last);
  const [typed, setTyped] = useState("");
  const first = useRef<HTMLInputElement>(null);
  const cash = useRef<InputRef>(null);
  useEffect(() => first.current?.focus(), []);

  const most = purse === null ? 0 : mostByPoints(owed, purse);
  const [byPoints, setByPoints] = useState(false);
  const [pointsTyped, setPointsTyped] = useState("");
  const points = byPoints ? readPoints(pointsTyped, most) : 0;
  const due = owed - (points ?? 0);
  const whole = due === 0 && owed > 0;
  const received = typed.trim() === "" ? due : readMoney(typed);
  const enough = points !== null && (whole || kind !== "cash" || (received !== null && received >= due));
  const change = kind === "cash" && !whole && received !== null ? Math.max(0, received - due) : 0;
  const confirm = () => {
    if (pending) return;
    if (enough) onPaid({ kind, points }, change);
    else cash.current?.focus({ cursor: "all" });
  };
  useKeys({
    "counter.pay": confirm,
    "counter.clear": onBack,
    ...(most > 0 ? { "counter.redeem": () => setByPoints(!byPoints) } : {}),
  });
  const pressed = (event: KeyboardEvent) => {
    if (event.key === "Enter") {
      // A switch has Enter to itself.
      if (event.target instanceof HTMLButtonElement) return;
      confirm();
    } else if (
      /^[1-4]$/.test(event.key) &&
      !(event.target instanceof HTMLInputElement && event.target.type === "text")
    ) {
      setKind(tenders[Number(event.key) - 1] ?? kind);
    } else return;
    event.preventDefault();
  };
  return (
    // Enter confirms from any of the choices: the form's own keys, not a control's.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <section className="step-pane" aria-label={t("counter:pay.title")} onKeyDown={pressed}>
      <div className="row g8 salehead">
        <Button
          type="text"
          size="small"
          icon={<Icon of={ArrowLeft} />}
          onClick={onBack}
          onKeyDown={(event) => event.stopPropagation()}
        >
          {t("counter:pay.back")} <Kbd>{writeChord("Escape", onMac)}</Kbd>
        </Button>
      </div>
      <div className="step-body">
        <div>
          <div className="t3">
            {points === 0 || points === null ? (
              t("counter:total.due")
            ) : (
              <Facts items={[t("counter:pay.rest"), t("counter:pay.due", { sum: format.price(owed) })]} />
            )}
          </div>
          <div className="amount">{format.price(due)}</div>
        </div>
        {purse !== null && most > 0 && (
          <PointsTender
            due={owed}
            purse={purse}
            on={byPoints}
            typed={pointsTyped}
            onChange={setByPoints}
            onTyped={setPointsTyped}
          />
        )}
        <fieldset className={whole ? "tenders idle" : "tenders"}>
          <legend className="vh">{t("counter:pay.how")}</legend>
          {tenders.map((one, index) => (
            <label key={one} className={one === kind ? "tender on" : "tender"}>
              <input
                ref={one === last ? first : undefined}
                type="radio"
                className="vh"
                name={`${id}-tender`}
                value={one}
                checked={one === kind}
                onChange={() => setKind(one)}
              />
              <Icon of={icons[one]} size={20} />
              <span className="grow">{t(`nouns:pay.${one}`)}</span>
              <Kbd>{index + 1}</Kbd>
            </label>
          ))}
        </fieldset>
        {kind === "cash" && !whole && (
          <div className="cash">
            <label htmlFor={`${id}-cash`} className="t3">
              {t("counter:pay.received")}
            </label>
            <Input
              ref={cash}
              id={`${id}-cash`}
              value={typed}
              inputMode="decimal"
              autoComplete="off"
              placeholder={format.price(due)}
              status={enough ? "" : "error"}
              onChange={(event) => setTyped(event.target.value)}
            />
            <div className="row g8 wrap quick">
              {likelyCash(due).map((sum) => (
                <Button
                  key={sum}
                  className="mid"
                  onClick={() => setTyped(String(sum / 100))}
                  onKeyDown={(event) => event.stopPropagation()}
                >
                  {format.price(sum, { headline: true })}
                </Button>
              ))}
            </div>
            <div className="row between" aria-live="polite">
              <span className="lg">{t("counter:pay.change")}</span>
              <b className="change">{enough ? format.price(change) : t("counter:pay.short")}</b>
            </div>
          </div>
        )}
        {failure !== null && <NotSold failure={failure} />}
      </div>
      <div className="totals">
        <Button
          type="primary"
          size="large"
          block
          className="pay"
          data-testid="pay-confirm"
          disabled={pending || !enough}
          onClick={confirm}
          onKeyDown={(event) => event.stopPropagation()}
        >
          {whole
            ? t("counter:pay.confirm", { how: t("nouns:pay.points"), sum: format.price(owed) })
            : t("counter:pay.confirm", { how: t(`nouns:pay.${kind}`), sum: format.price(due) })}{" "}
          <Kbd>Enter</Kbd>
        </Button>
      </div>
    </section>
  );
}
