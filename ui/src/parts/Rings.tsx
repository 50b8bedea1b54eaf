import { Check } from "lucide-react";
import { Icon } from "./Icon";

interface RingProps {
  label: string;
  done: boolean;
  onChange: (done: boolean) => void;
}

/** The ring before a task; ticked when done. */
export function Ring({ label, done, onChange }: RingProps) {
  return (
    <button
      type="button"
      role="checkbox"
      aria-checked={done}
      aria-label={label}
      className="ring"
      onClick={() => onChange(!done)}
    >
      {done && <Icon of={Check} size={12} />}
    </button>
  );
}
