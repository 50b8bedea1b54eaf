import { Input } from "antd";
import type { InputRef } from "antd";
import type { KeyboardEvent } from "react";
import { useEffect, useRef } from "react";
import { count as figure } from "../../i18n/figures";
import { useWords } from "../../i18n/words";
import { useRead } from "../../query/use";

interface JumpBoxProps {
  text: string;
  view: number;
  count: number;
  /** A number means a member number only where those are the order; else the place in the list. */
  byNumber: boolean;
  onText: (text: string) => void;
  onJump: (row: number) => void;
  /** Back to the list by a key; a click elsewhere keeps the focus it made. */
  onClose: (refocus: boolean) => void;
}

/** The row a typed place number means, or `null` where letters are to be located. */
export function placeOf(text: string, count: number, byNumber: boolean): number | null {
  const digits = text.replace(/[,，\s]/g, "");
  if (byNumber || !/^\d+$/.test(digits)) return null;
  return Math.max(0, Math.min(Number(digits), count) - 1);
}

/** Letters, a character, or a place number: the list follows each key, Enter stays there. */
export function JumpBox({ text, view, count, byNumber, onText, onJump, onClose }: JumpBoxProps) {
  const t = useWords();
  const box = useRef<InputRef>(null);
  const composing = useRef(false);
  const wanted = text.trim();
  const place = placeOf(wanted, count, byNumber);
  const located = useRead(
    "customer.locate",
    { view, starts_with: wanted },
    { enabled: wanted !== "" && place === null, gcTime: 0 },
  );
  const row = wanted === "" ? null : (place ?? located.data?.index ?? null);
  const jump = useRef(onJump);
  useEffect(() => {
    jump.current = onJump;
  });
  useEffect(() => {
    if (row === null || composing.current) return;
    jump.current(row);
    // The grid takes the focus with the jump; the next letter belongs here.
    box.current?.focus();
  }, [row]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    onClose(true);
  };
  const nothing = wanted !== "" && place === null && located.data?.index === null;
  return (
    <Input
      ref={box}
      // eslint-disable-next-line jsx-a11y/no-autofocus -- a key asked for it
      autoFocus
      size="small"
      className="jump"
      value={text}
      aria-label={t("customers:jump.label")}
      placeholder={t("customers:jump.placeholder", { figure: figure(count) })}
      suffix={
        <span className="t3 sm">
          {nothing ? t("customers:jump.nothing") : row === null ? "" : figure(row + 1)}
        </span>
      }
      onChange={(event) => onText(event.target.value)}
      onKeyDown={onKeyDown}
      onCompositionStart={() => (composing.current = true)}
      onCompositionEnd={() => (composing.current = false)}
      onBlur={() => {
        setTimeout(() => {
          if (document.activeElement !== box.current?.input) onClose(false);
        });
      }}
    />
  );
}
