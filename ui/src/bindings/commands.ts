// Stands in until the command table generates this file.

export interface Session {
  workspace: string;
  store: string | null;
  till: string | null;
  person: string | null;
  currency: string;
  time_zone: string;
}

export type SyncState = "alone" | "synced" | "sending" | "offline" | "attention" | "first";

export interface SyncStatus {
  state: SyncState;
  waiting: number;
  oldest_at: string | null;
  as_of: string | null;
  progress: { done: number; total: number } | null;
}

export interface Commands {
  "session.show": { request: Record<string, never>; reply: Session };
  "sync.status": { request: Record<string, never>; reply: SyncStatus };
}
