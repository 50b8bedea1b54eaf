import type { ReactNode } from "react";

/** One sentence and one action, at the top left of the pane. No picture. */
export function EmptyState({ children, action }: { children: ReactNode; action?: ReactNode }) {
  return (
    <div className="empty">
      <p>{children}</p>
      {action}
    </div>
  );
}
