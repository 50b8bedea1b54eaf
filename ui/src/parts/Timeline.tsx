import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { Facts } from "./Facts";
import { Icon } from "./Icon";

export interface TimelineEntry {
  id: string;
  icon: LucideIcon;
  /** What the icon stands for, said aloud. */
  kind: string;
  title: ReactNode;
  /** At the right: what it cost or gained. */
  figure?: ReactNode;
  text?: ReactNode;
  /** When, by whom, where. */
  facts: readonly ReactNode[];
  /** Someone waits: drawn as an error note. */
  open?: boolean;
  /** Decided later by the shared order: dashed ring. */
  pending?: boolean;
}

export interface TimelineMonth {
  key: string;
  title: string;
  entries: readonly TimelineEntry[];
}

function Entry({ entry }: { entry: TimelineEntry }) {
  const tone = entry.open === true ? " err" : "";
  const ring = entry.pending === true ? " pending" : "";
  return (
    <li className="ev">
      <span className={`ic${tone}${ring}`}>
        <Icon of={entry.icon} size={12} label={entry.kind} />
      </span>
      <div className={entry.open === true ? "note error" : undefined}>
        <div className="grow">
          <div className="row g8 top between">
            <b className={`evtitle${tone}`}>{entry.title}</b>
            {entry.figure !== undefined && <span className="nw">{entry.figure}</span>}
          </div>
          {entry.text !== undefined && <div className="t2">{entry.text}</div>}
          <div className="sm t3 facts">
            <Facts items={entry.facts} />
          </div>
        </div>
      </div>
    </li>
  );
}

/** Everything that happened with a customer, newest first, by month. */
export function Timeline({ months }: { months: readonly TimelineMonth[] }) {
  return (
    <div className="timeline">
      {months.map((month) => (
        <section key={month.key} aria-label={month.title}>
          <h3 className="sm t3">{month.title}</h3>
          <ol className="tl">
            {month.entries.map((entry) => (
              <Entry key={entry.id} entry={entry} />
            ))}
          </ol>
        </section>
      ))}
    </div>
  );
}
