import { Button, DatePicker, InputNumber } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import type { HouseRules } from "../../bindings/app";
import type { EarnTerms, Multiplier } from "../../bindings/nouns";
import { Refused } from "../../forms/Refused";
import { useWords } from "../../i18n/words";
import { Bars } from "../../parts/Bars";
import { Failed } from "../../parts/Failed";
import { Section } from "../../parts/Section";
import { offerUndo } from "../../parts/UndoToast";
import { useAct, useRead } from "../../query/use";
import { MultiplierLine } from "./MultiplierLine";
import { TryOut } from "./TryOut";
import { plainMultiplier, sameTerms, yuan } from "./terms";

interface AmountProps {
  label: string;
  why: string;
  value: number | null;
  /** In hundredths: shown as a sum of money. */
  money?: boolean;
  least: number;
  onChange: (value: number | null) => void;
}

function Amount({ label, why, value, money = false, least, onChange }: AmountProps) {
  return (
    <label className="clubfield">
      <span className="t2">{label}</span>
      <InputNumber
        aria-label={label}
        min={least}
        precision={money ? 2 : 0}
        prefix={money ? "¥" : undefined}
        value={value === null ? null : money ? value / 100 : value}
        onChange={(next) => onChange(next === null ? null : money ? yuan(next) : next)}
      />
      <small className="t3">{why}</small>
    </label>
  );
}

function Editor({ rules }: { rules: HouseRules }) {
  const t = useWords();
  const set = useAct("rules.set");
  const [terms, setTerms] = useState<EarnTerms>(rules.terms);
  const [since, setSince] = useState(rules.today);
  const change = (patch: Partial<EarnTerms>) => setTerms((now) => ({ ...now, ...patch }));
  const put = (index: number, next: Multiplier | null) =>
    setTerms((now) => ({
      ...now,
      multipliers: now.multipliers.flatMap((one, at) => (at !== index ? [one] : next === null ? [] : [next])),
    }));
  const drop = (index: number) => {
    const before = terms;
    put(index, null);
    offerUndo(t("club:earning.dropped"), () => setTerms(before));
  };
  const changed = !sameTerms(terms, rules.terms);
  return (
    <div className="clubtwo">
      <div>
        <Section title={t("club:earning.title")} note={t("club:earning.note")}>
          <div className="clubfields">
            <Amount
              label={t("club:earning.per_point")}
              why={t("club:earning.per_point_why")}
              money
              least={0.01}
              value={terms.fen_per_point}
              onChange={(fen) => change({ fen_per_point: fen ?? 100 })}
            />
            <Amount
              label={t("club:earning.worth")}
              why={t("club:earning.worth_why")}
              money
              least={0}
              value={terms.worth_of_100}
              onChange={(fen) => change({ worth_of_100: fen ?? 0 })}
            />
            <Amount
              label={t("club:earning.months")}
              why={t("club:earning.months_why")}
              least={0}
              value={terms.months_valid}
              onChange={(months) => change({ months_valid: months })}
            />
            <Amount
              label={t("club:earning.cap_day")}
              why={t("club:earning.cap_why")}
              least={0}
              value={terms.cap_per_day}
              onChange={(cap) => change({ cap_per_day: cap })}
            />
            <Amount
              label={t("club:earning.cap_month")}
              why={t("club:earning.cap_why")}
              least={0}
              value={terms.cap_per_month}
              onChange={(cap) => change({ cap_per_month: cap })}
            />
            <Amount
              label={t("club:earning.referral")}
              why={t("club:earning.referral_why")}
              least={0}
              value={terms.referral}
              onChange={(points) => change({ referral: points ?? 0 })}
            />
            <Amount
              label={t("club:earning.coins_day")}
              why={t("club:earning.coins_why")}
              least={0}
              value={terms.coins_per_day}
              onChange={(coins) => change({ coins_per_day: coins })}
            />
          </div>
        </Section>
        <Section
          title={t("club:times.title")}
          note={t("club:times.note")}
          extra={
            rules.mine && (
              <button
                type="button"
                className="bare acc"
                onClick={() => change({ multipliers: [...terms.multipliers, plainMultiplier] })}
              >
                {t("club:times.add")}
              </button>
            )
          }
        >
          {terms.multipliers.length === 0 && <p className="t2">{t("club:times.none")}</p>}
          {terms.multipliers.map((multiplier, index) => (
            <MultiplierLine
              key={index}
              multiplier={multiplier}
              tiers={rules.tiers}
              categories={rules.categories}
              onChange={(next) => put(index, next)}
              onDrop={() => drop(index)}
            />
          ))}
        </Section>
        <div className="clubsave">
          <Refused failure={set.error} />
          {rules.mine ? (
            <div className="row g8 wrap">
              <span className="t2">{t("club:earning.since")}</span>
              <DatePicker
                aria-label={t("club:earning.since")}
                value={dayjs(since)}
                allowClear={false}
                minDate={dayjs(rules.today)}
                onChange={(day) => setSince(day?.format("YYYY-MM-DD") ?? rules.today)}
              />
              <Button
                type="primary"
                disabled={!changed || set.isPending}
                onClick={() => set.mutate({ terms, since })}
              >
                {t("club:earning.save")}
              </Button>
              {changed && (
                <Button type="text" onClick={() => setTerms(rules.terms)}>
                  {t("club:cancel")}
                </Button>
              )}
            </div>
          ) : (
            <p className="sm t3">{t("club:lead")}</p>
          )}
          <p className="sm t3">{t("club:earning.keeps")}</p>
        </div>
      </div>
      <TryOut terms={terms} rules={rules} />
    </div>
  );
}

function Versions({ rules }: { rules: HouseRules }) {
  const t = useWords();
  const later = rules.versions.filter((version) => !version.in_force && version.since > rules.today);
  if (later.length === 0) return null;
  return (
    <Section title={t("club:earning.later")} note={t("club:earning.later_note")}>
      <ul>
        {later.map((version) => (
          <li key={version.id}>{version.since}</li>
        ))}
      </ul>
    </Section>
  );
}

/** What sales earn: changed here, tried out beside it, in force from a day on. */
export function Earning() {
  const { data, error, refetch } = useRead("rules.show", null);
  if (error !== null) return <Failed failure={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Bars count={5} />;
  const version = data.versions.find((one) => one.in_force)?.id ?? "none";
  return (
    <>
      <Editor key={version} rules={data} />
      <Versions rules={data} />
    </>
  );
}
