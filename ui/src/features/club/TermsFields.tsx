import { Input, InputNumber } from "antd";
import type { ActivityTerms } from "../../bindings/nouns";
import { useWords } from "../../i18n/words";

interface FigureProps {
  id: string;
  label: string;
  value: number;
  most: number;
  onChange: (value: number) => void;
}

function Figure({ id, label, value, most, onChange }: FigureProps) {
  return (
    <label className="clubfield" htmlFor={id}>
      <span className="t2">{label}</span>
      <InputNumber
        id={id}
        min={1}
        max={most}
        precision={0}
        value={value}
        onChange={(typed) => typed !== null && onChange(typed)}
      />
    </label>
  );
}

interface TermsFieldsProps {
  id: string;
  terms: ActivityTerms;
  onChange: (terms: ActivityTerms) => void;
}

/** What each kind of activity asks for. */
export function TermsFields({ id, terms, onChange }: TermsFieldsProps) {
  const t = useWords();
  switch (terms.kind) {
    case "activation":
      return (
        <>
          <Figure
            id={`${id}-every`}
            label={t("club:activity.every")}
            value={terms.every}
            most={1_000_000}
            onChange={(every) => onChange({ ...terms, every })}
          />
          <label className="clubfield" htmlFor={`${id}-gift`}>
            <span className="t2">{t("club:activity.gift")}</span>
            <Input
              id={`${id}-gift`}
              value={terms.gift}
              maxLength={80}
              onChange={({ target }) => onChange({ ...terms, gift: target.value })}
            />
          </label>
        </>
      );
    case "draw":
      return (
        <Figure
          id={`${id}-months`}
          label={t("club:activity.months")}
          value={terms.every_months}
          most={120}
          onChange={(every_months) => onChange({ ...terms, every_months })}
        />
      );
    case "trial":
      return (
        <Figure
          id={`${id}-units`}
          label={t("club:activity.units")}
          value={terms.units}
          most={100_000}
          onChange={(units) => onChange({ ...terms, units })}
        />
      );
    case "coins":
      return (
        <Figure
          id={`${id}-amount`}
          label={t("club:activity.amount")}
          value={terms.amount}
          most={1_000_000}
          onChange={(amount) => onChange({ ...terms, amount })}
        />
      );
  }
}
