import type { LucideIcon } from "lucide-react";

interface IconProps {
  of: LucideIcon;
  /** 16 beside words, 14 inside text, 20 in the rail, 12 in a dot. */
  size?: 12 | 14 | 16 | 20;
  /** Said aloud where no word stands beside it. */
  label?: string;
}

/** A Lucide icon at the house's stroke. */
export function Icon({ of: Drawing, size = 16, label }: IconProps) {
  const named = label === undefined ? { "aria-hidden": true } : { role: "img", "aria-label": label };
  return <Drawing size={size} strokeWidth={1.6} {...named} />;
}
