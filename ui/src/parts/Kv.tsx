import type { ReactNode } from "react";

export interface KvRow {
  label: string;
  value: ReactNode;
  /** The reason or source, on a line of its own. */
  why?: ReactNode;
  tone?: "err" | "warn" | "ok";
}

/** Names and values in two columns. */
export function Kv({ rows }: { rows: readonly KvRow[] }) {
  return (
    <dl className="kv">
      {rows.map((row) => (
        <div key={row.label}>
          <dt>{row.label}</dt>
          <dd className={row.tone}>
            {row.value}
            {row.why !== undefined && <div className="sm t3">{row.why}</div>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
