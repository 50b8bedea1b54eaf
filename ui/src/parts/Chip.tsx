import type { LucideIcon } from "lucide-react";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { useWords } from "../i18n/words";
import { Icon } from "./Icon";

/** A small fact in a box. With `onRemove` it can be taken off. */
export function Tag({
  children,
  icon,
  onRemove,
  removes,
}: {
  children: ReactNode;
  icon?: LucideIcon;
  onRemove?: () => void;
  /** What the cross is called, where "remove" does not say enough. */
  removes?: string;
}) {
  const t = useWords();
  return (
    <span className="tag">
      {icon && <Icon of={icon} size={14} />}
      <span className="cut">{children}</span>
      {onRemove && (
        <button type="button" className="bare" onClick={onRemove} aria-label={removes ?? t("parts:remove")}>
          <Icon of={X} size={14} />
        </button>
      )}
    </span>
  );
}

interface ChipsProps<Value extends string> {
  label: string;
  value: Value;
  options: readonly { value: Value; label: string; count?: string }[];
  onChange: (value: Value) => void;
}

/** One choice of several, as rounded chips: 全部 128, 买 23, 回访 19. */
export function Chips<Value extends string>({ label, value, options, onChange }: ChipsProps<Value>) {
  return (
    <div className="row g8 wrap" role="group" aria-label={label}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          className={option.value === value ? "chip on" : "chip"}
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
        >
          {option.label}
          {option.count !== undefined && ` ${option.count}`}
        </button>
      ))}
    </div>
  );
}
