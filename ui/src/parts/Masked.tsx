import { Eye } from "lucide-react";
import type { ReactNode } from "react";
import { useEffect, useState } from "react";
import { useFailureWords } from "../i18n/failure";
import type { Failure } from "../host/failure";
import { phone } from "../i18n/phone";
import { useWords } from "../i18n/words";
import { useAct } from "../query/use";
import { Icon } from "./Icon";

/** How long a value that was shown stays so. */
const shownFor = 30_000;

function Said({ failure }: { failure: Failure }) {
  return <span className="err sm"> {useFailureWords(failure)}</span>;
}

function readable(value: unknown): string {
  if (Array.isArray(value)) return value.map(readable).join(" ");
  if (typeof value === "string") return phone(value);
  return JSON.stringify(value);
}

interface MaskedProps {
  customer: string;
  field: string;
  /** What the field is called, for whoever cannot see the eye. */
  name: string;
  children: ReactNode;
}

/** A value of which only so much is shown; the eye shows it for half a minute, and the look is on record. */
export function Masked({ customer, field, name, children }: MaskedProps) {
  const t = useWords();
  const reveal = useAct("customer.reveal");
  const [value, setValue] = useState<string | null>(null);
  useEffect(() => {
    if (value === null) return undefined;
    const timer = setTimeout(() => setValue(null), shownFor);
    return () => clearTimeout(timer);
  }, [value]);
  if (value !== null) return <b>{value}</b>;
  return (
    <span className="row g4">
      {children}
      <button
        type="button"
        className="bare t3"
        title={t("parts:masked.why")}
        aria-label={t("parts:masked.show", { field: name })}
        data-testid={`reveal-${field}`}
        disabled={reveal.isPending}
        onClick={() =>
          reveal.mutate({ id: customer, field }, { onSuccess: (shown) => setValue(readable(shown.value)) })
        }
      >
        <Icon of={Eye} size={14} />
      </button>
      {reveal.error !== null && <Said failure={reveal.error} />}
    </span>
  );
}
