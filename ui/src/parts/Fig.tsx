import type { ReactNode } from "react";

interface FigProps {
  label: string;
  /** The figure itself, its unit inside. */
  value: ReactNode;
  /** From what, over how many, since when. */
  why?: ReactNode;
  tone?: "err" | "warn" | "ok" | "acc";
}

/** A figure under its name, with its reason. */
export function Fig({ label, value, why, tone }: FigProps) {
  return (
    <div className="fig">
      <dt>{label}</dt>
      <dd>
        <b className={tone}>{value}</b>
        {why !== undefined && <span className="why">{why}</span>}
      </dd>
    </div>
  );
}

/** Figures in a row, spread over the width. */
export function Figs({ children }: { children: ReactNode }) {
  return <dl className="figs">{children}</dl>;
}
