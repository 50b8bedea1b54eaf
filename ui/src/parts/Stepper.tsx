import { Minus, Plus } from "lucide-react";
import { useWords } from "../i18n/words";
import { quantity } from "../i18n/figures";
import { Icon } from "./Icon";

interface StepperProps {
  label: string;
  value: number;
  least?: number;
  onChange: (value: number) => void;
}

/** A quantity with 40 px ways down and up. */
export function Stepper({ label, value, least = 1, onChange }: StepperProps) {
  const t = useWords();
  return (
    <div className="step" role="group" aria-label={label}>
      <button
        type="button"
        aria-label={t("parts:less")}
        disabled={value <= least}
        onClick={() => onChange(Math.max(least, value - 1))}
      >
        <Icon of={Minus} />
      </button>
      <output aria-live="polite">{quantity(value)}</output>
      <button type="button" aria-label={t("parts:more")} onClick={() => onChange(value + 1)}>
        <Icon of={Plus} />
      </button>
    </div>
  );
}
