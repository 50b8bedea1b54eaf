import { Delete } from "lucide-react";
import type { KeyboardEvent } from "react";
import { useEffect, useRef } from "react";
import { useWords } from "../i18n/words";
import { Icon } from "../parts/Icon";

/** A PIN has at most so many digits. */
const longest = 8;

interface PinPadProps {
  pin: string;
  label: string;
  /** What Enter does, where it is not coming in. */
  enter?: string;
  disabled: boolean;
  onPin: (pin: string) => void;
  onDone: () => void;
}

/** Digits by keyboard or by finger. What was typed shows as dots, and never as digits. */
export function PinPad({ pin, label, enter, disabled, onPin, onDone }: PinPadProps) {
  const t = useWords();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (!disabled) field.current?.focus();
  }, [disabled, label]);
  const add = (digit: string) => {
    onPin((pin + digit).slice(0, longest));
    field.current?.focus();
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || pin === "") return;
    event.preventDefault();
    onDone();
  };
  return (
    <div className="pinpad">
      <input
        ref={field}
        type="password"
        inputMode="numeric"
        autoComplete="off"
        aria-label={label}
        data-testid="pin"
        disabled={disabled}
        value={pin}
        onChange={(event) => onPin(event.target.value.replace(/\D/g, "").slice(0, longest))}
        onKeyDown={pressed}
      />
      <div className="pindigits">
        {["1", "2", "3", "4", "5", "6", "7", "8", "9"].map((digit) => (
          <button key={digit} type="button" tabIndex={-1} disabled={disabled} onClick={() => add(digit)}>
            {digit}
          </button>
        ))}
        <button
          type="button"
          tabIndex={-1}
          disabled={disabled}
          aria-label={t("shell:lock.erase")}
          onClick={() => onPin(pin.slice(0, -1))}
        >
          <Icon of={Delete} size={20} />
        </button>
        <button type="button" tabIndex={-1} disabled={disabled} onClick={() => add("0")}>
          0
        </button>
        <button
          type="button"
          className="enter"
          disabled={disabled || pin === ""}
          data-testid="pin-enter"
          onClick={onDone}
        >
          {enter ?? t("shell:lock.enter")}
        </button>
      </div>
    </div>
  );
}
