import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { Session, SyncStatus } from "../bindings/commands";
import { onStatus } from "../host/call";
import { reading, useRead } from "../query/use";

/** Which workspace this is, and who stands at it. */
export function useSession(): Session | undefined {
  return useRead("session.show", {}).data;
}

/** How it stands with the shared server: asked once, then told. */
export function useSyncStatus(): SyncStatus | undefined {
  const client = useQueryClient();
  useEffect(
    () => onStatus((status) => client.setQueryData(reading("sync.status", {}).queryKey, status)),
    [client],
  );
  return useRead("sync.status", {}).data;
}
