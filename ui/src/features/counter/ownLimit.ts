import type { Matter } from "../../bindings/nouns";
import { useRead } from "../../query/use";
import { useSession } from "../../shell/session";

/** How far who is signed in may go at this till without asking; `null` where nothing binds them. */
export function useOwnLimit(matter: Matter): number | null {
  const session = useSession();
  const limits = useRead("limits.show", null).data;
  const role = session?.person?.role;
  if (limits === undefined || role === undefined || role === "owner") return null;
  const till = limits.tills.find((one) => one.id === session?.device?.id);
  const caps = [limits.roles[role]?.[matter], till?.caps[matter]].filter((cap) => cap !== undefined);
  return caps.length === 0 ? null : Math.min(...caps);
}
