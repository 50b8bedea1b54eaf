import type { KeyboardEvent, ReactNode, RefObject } from "react";
import { useEffect, useRef } from "react";
import type { Failure } from "../../host/failure";
import { useWords } from "../../i18n/words";
import { Bars } from "../../parts/Bars";
import { EmptyState } from "../../parts/EmptyState";
import { Failed } from "../../parts/Failed";
import { Kbd } from "../../parts/Kbd";
import { useKeys } from "../../shell/hotkeys";
import { onMac, writeChord } from "../../shell/keys";

interface DigitListProps {
  /** Its name for tests. */
  id: string;
  title: string;
  className?: string;
  /** For who gives the focus back to it. */
  list?: RefObject<HTMLElement | null>;
  answer: { data: readonly unknown[] | undefined; error: Failure | null; refetch: () => unknown };
  /** What is said where nothing is listed. */
  none: string;
  /** A digit from 1 to 9 was pressed: the place of its row, counted from 0. */
  onDigit: (at: number) => void;
  onClose: () => void;
  children: ReactNode;
}

/** The key of a row, where it has one. */
export function Digit({ at }: { at: number }) {
  return at < 9 ? <Kbd>{at + 1}</Kbd> : <span />;
}

/** A short list over the card or in the sale, worked by digits: it has the focus as it opens, Esc closes it. */
export function DigitList(props: DigitListProps) {
  const { id, title, className = "", list, answer, none, onDigit, onClose, children } = props;
  const t = useWords();
  const own = useRef<HTMLElement>(null);
  const ground = list ?? own;
  useEffect(() => ground.current?.focus(), [ground]);
  useKeys({ "counter.clear": onClose });
  const pressed = (event: KeyboardEvent) => {
    if (!/^[1-9]$/.test(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    onDigit(Number(event.key) - 1);
  };
  return (
    // The list hears digits from any of its rows.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <section
      className={`redeem ${className}`.trim()}
      ref={ground}
      tabIndex={-1}
      aria-label={title}
      onKeyDown={pressed}
      data-testid={id}
    >
      <div className="row g8">
        <h2 className="grow">{title}</h2>
        <button type="button" className="bare t3 sm nw" onClick={onClose}>
          <Kbd>{writeChord("Escape", onMac)}</Kbd> {t("counter:redeem.close")}
        </button>
      </div>
      {answer.error !== null && <Failed failure={answer.error} onRetry={() => void answer.refetch()} />}
      {answer.data === undefined && answer.error === null && <Bars count={3} />}
      {answer.data?.length === 0 && <EmptyState>{none}</EmptyState>}
      {children}
    </section>
  );
}
