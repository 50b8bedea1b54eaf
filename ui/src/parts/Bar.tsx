interface BarPart {
  /** Share of the whole, 0 to 1. */
  share: number;
  /** A custom property's name without dashes, for example `t-gold`; accent if left out. */
  colour?: string;
}

interface BarProps {
  label: string;
  parts: readonly BarPart[];
  width?: number;
  thin?: boolean;
  /** Fills before the eye: at an upgrade, and only there. */
  fills?: boolean;
}

/** A measured share. The words beside it say the figure; this draws it. */
export function Bar({ label, parts, width, thin = false, fills = false }: BarProps) {
  const total = parts.reduce((sum, part) => sum + part.share, 0);
  return (
    <span
      className={`bar${thin ? " thin" : ""}${fills ? " fills" : ""}`}
      style={width === undefined ? undefined : { width }}
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(Math.min(1, total) * 100)}
    >
      {parts.map((part, index) => (
        <i
          key={index}
          style={{
            width: `${Math.min(1, Math.max(0, part.share)) * 100}%`,
            background: `var(--${part.colour ?? "primary"})`,
          }}
        />
      ))}
    </span>
  );
}
