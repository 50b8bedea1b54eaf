import { createContext, useContext } from "react";

export interface WorkspaceTerms {
  /** IANA time zone in which the workspace counts its days. */
  zone: string;
  /** ISO 4217. */
  currency: string;
  /** What the shop calls its tiers, by their names. */
  tiers?: Readonly<Record<string, string | undefined>>;
}

/** What formatting needs to know of the workspace; the shell provides it once the core has said. */
export const WorkspaceContext = createContext<WorkspaceTerms>({ zone: "Asia/Shanghai", currency: "CNY" });

export function useWorkspace(): WorkspaceTerms {
  return useContext(WorkspaceContext);
}
