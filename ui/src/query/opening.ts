import type { QueryClient } from "@tanstack/react-query";
import { reading } from "./use";

/** What the counter asks for as it opens: the same requests here and there, so that each is asked once. */
export const opening = {
  home: reading("home.state", null),
  sync: reading("sync.status", null),
  kept: reading("screen.recall", { screen: "counter" }),
  recents: reading("customer.recent", { limit: 6 }),
  due: reading("task.list", { done: false, limit: 200 }),
};

/** Asks for all of it. What is refused, as behind a lock, is asked again by whoever shows it. */
export async function readAhead(client: QueryClient): Promise<void> {
  await Promise.allSettled([
    client.query(opening.home),
    client.query(opening.sync),
    client.query(opening.kept),
    client.query(opening.recents),
    client.query(opening.due),
  ]);
}
