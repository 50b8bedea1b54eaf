import type { LucideIcon } from "lucide-react";
import { CircleAlert, Info, Split, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { Icon } from "./Icon";

export type NoteKind = "error" | "warning" | "conflict" | "info";

const looks: Record<NoteKind, { icon: LucideIcon; tone: string }> = {
  error: { icon: TriangleAlert, tone: "err" },
  warning: { icon: CircleAlert, tone: "warn" },
  conflict: { icon: Split, tone: "conf" },
  info: { icon: Info, tone: "acc" },
};

interface NoteProps {
  kind: NoteKind;
  title: ReactNode;
  /** At the right end of the title's line. */
  aside?: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
  /** Read out at once: for what just happened, not for what was there when the screen opened. */
  urgent?: boolean;
}

/** What must be seen before going on. */
export function Note({ kind, title, aside, children, action, urgent = false }: NoteProps) {
  const { icon, tone } = looks[kind];
  return (
    <div className={`note ${kind}`} role={urgent ? "alert" : "note"}>
      <span className={tone}>
        <Icon of={icon} />
      </span>
      <div className="grow">
        <div className="row g8">
          <b className={tone}>{title}</b>
          {aside !== undefined && <span className="grow end sm t3">{aside}</span>}
        </div>
        {children !== undefined && <div className="sm body">{children}</div>}
      </div>
      {action}
    </div>
  );
}
