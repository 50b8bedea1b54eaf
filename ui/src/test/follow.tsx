import { useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useEffect } from "react";
import { followTouched } from "../query/client";

/** What is drawn in it hears what the core touched, as the window does. */
export function Following({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  useEffect(() => followTouched(client), [client]);
  return children;
}
