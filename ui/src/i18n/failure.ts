import { useWords } from "./words";
import type { Failure } from "../host/failure";
import { i18next } from "./i18n";

/** The sentence for a code. Codes live in the core, sentences in `errors`; a code without one is still shown. */
export function useFailureWords(failure: Pick<Failure, "code" | "params">): string {
  const t = useWords();
  const key = `errors:${failure.code}`;
  if (failure.code === "ui.core_unreachable") return t("parts:failed.unreachable");
  // The key is known only when the code arrives, so it cannot be checked by type.
  const params = Object.fromEntries(
    Object.entries(failure.params).map(([name, value]) => [name, named(name, value)]),
  );
  return i18next.exists(key) ? i18next.t(key, params) : t("parts:failed.unknown");
}

const nouns: Readonly<Record<string, string>> = { field: "customer", tier: "tier", has: "tier" };

/** A field, and a tier that we ship, by the name that people know it by. */
function named(name: string, value: unknown): unknown {
  const noun = nouns[name];
  const key = `nouns:${noun}.${String(value)}`;
  return noun !== undefined && typeof value === "string" && i18next.exists(key) ? i18next.t(key) : value;
}
