import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { HomeState, SyncStatus } from "../bindings/app";
import { onStatus } from "../host/call";
import { reading, useRead } from "../query/use";

/** Which workspace this is, and who stands at it. */
export function useSession(): HomeState | undefined {
  return useRead("home.state", null).data;
}

/** How it stands with the shared server: asked once, then told. */
export function useSyncStatus(): SyncStatus | undefined {
  const client = useQueryClient();
  useEffect(
    () => onStatus((status) => client.setQueryData(reading("sync.status", null).queryKey, status)),
    [client],
  );
  return useRead("sync.status", null).data;
}
