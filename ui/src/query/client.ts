import type { Query } from "@tanstack/react-query";
import { QueryClient } from "@tanstack/react-query";
import { onTouched } from "../host/call";
import { meets } from "./tags";

/** Everything is local: nothing goes stale by age, only by a touched tag, and a failure is not retried blindly. */
export function createClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: Infinity,
        gcTime: 120_000,
        retry: false,
        refetchOnWindowFocus: false,
        networkMode: "always",
      },
      mutations: { retry: false, networkMode: "always" },
    },
  });
}

function readTags(query: Query): string[] {
  const tags = query.meta?.["tags"];
  return Array.isArray(tags) ? tags.filter((tag) => typeof tag === "string") : [];
}

/** Refreshes exactly the queries that read one of the touched tags. */
export async function refresh(client: QueryClient, touched: readonly string[]): Promise<void> {
  await client.invalidateQueries({
    predicate: (query) => readTags(query).some((read) => touched.some((tag) => meets(tag, read))),
  });
}

/** Ties the core's announcements to the cache for as long as the window lives. */
export function followTouched(client: QueryClient): () => void {
  return onTouched((tags) => {
    void refresh(client, tags);
  });
}
