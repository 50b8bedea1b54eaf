import type { ReactNode } from "react";
import { useId } from "react";

interface SectionProps {
  title: string;
  /** The sub-line: unit, n, since when. */
  note?: ReactNode;
  /** At the right of the title. */
  extra?: ReactNode;
  children: ReactNode;
}

/** A titled part of a pane, divided from the next by one line. */
export function Section({ title, note, extra, children }: SectionProps) {
  const id = useId();
  return (
    <section className="sec" aria-labelledby={id}>
      <div className="sechead">
        <h2 id={id}>{title}</h2>
        {note !== undefined && <small>{note}</small>}
        {extra !== undefined && <span className="grow end">{extra}</span>}
      </div>
      {children}
    </section>
  );
}
