import { Input } from "antd";
import type { InputRef } from "antd";
import type { KeyboardEvent, ReactNode } from "react";
import { useEffect, useId, useRef, useState } from "react";

interface LineFieldProps {
  label: string;
  initial: string;
  placeholder?: string;
  /** Whether the text can be taken; a text that cannot stays where it is, with the reason. */
  accepts: (text: string) => boolean;
  refusal: string;
  /** What it would come to. */
  preview?: (text: string) => ReactNode;
  onTake: (text: string) => void;
  onLeave: () => void;
  /** ↑ and ↓ go on to the line above or below. */
  onMove?: (step: 1 | -1) => void;
}

/** One figure of a line, typed: Enter takes it, Esc leaves it, so does going elsewhere. */
export function LineField({
  label,
  initial,
  placeholder,
  accepts,
  refusal,
  preview,
  onTake,
  onLeave,
  onMove,
}: LineFieldProps) {
  const id = useId();
  const field = useRef<InputRef>(null);
  const [text, setText] = useState(initial);
  const [refused, setRefused] = useState(false);
  /** Taken or left: what the field says when it disappears no longer counts. */
  const over = useRef(false);
  useEffect(() => field.current?.focus({ cursor: "all" }), []);

  const take = (): boolean => {
    if (!accepts(text)) {
      setRefused(true);
      return false;
    }
    over.current = true;
    onTake(text);
    return true;
  };
  const leave = () => {
    over.current = true;
    onLeave();
  };
  const pressed = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === "Enter") take();
    else if (event.key === "Escape") leave();
    else if ((event.key === "ArrowUp" || event.key === "ArrowDown") && onMove !== undefined) {
      const step = event.key === "ArrowUp" ? -1 : 1;
      if (take()) onMove(step);
    } else return;
    event.preventDefault();
  };
  return (
    <div className="linefield">
      <label htmlFor={id} className="t3 nw">
        {label}
      </label>
      <Input
        ref={field}
        id={id}
        value={text}
        inputMode="decimal"
        autoComplete="off"
        placeholder={placeholder}
        status={refused ? "error" : ""}
        aria-invalid={refused}
        aria-describedby={`${id}-says`}
        onChange={(event) => {
          setText(event.target.value);
          setRefused(false);
        }}
        onKeyDown={pressed}
        onBlur={() => {
          if (over.current) return;
          if (text === initial || !accepts(text)) leave();
          else take();
        }}
      />
      <span id={`${id}-says`} className={refused ? "err sm grow" : "t2 sm grow"}>
        {refused ? refusal : preview?.(text)}
      </span>
    </div>
  );
}
