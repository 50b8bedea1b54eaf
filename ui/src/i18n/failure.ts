import { useWords } from "./words";
import type { Failure } from "../host/failure";
import { i18next } from "./i18n";

/** The sentence for a code. Codes live in the core, sentences in `errors`; a code without one is still shown. */
export function useFailureWords(failure: Failure): string {
  const t = useWords();
  const key = `errors:${failure.code}`;
  if (failure.code === "ui.core_unreachable") return t("parts:failed.unreachable");
  // The key is known only when the code arrives, so it cannot be checked by type.
  const params = { ...failure.params, ...named(failure.params["field"]) };
  return i18next.exists(key) ? i18next.t(key, params) : t("parts:failed.unknown");
}

/** A field by the name that people know it by. */
function named(field: unknown): { field?: string } {
  const key = `nouns:customer.${String(field)}`;
  return typeof field === "string" && i18next.exists(key) ? { field: i18next.t(key) } : {};
}
