import { useWords } from "./words";
import type { Failure } from "../host/failure";
import { i18next } from "./i18n";

/** The sentence for a code. Codes live in the core, sentences in `errors`; a code without one is still shown. */
export function useFailureWords(failure: Failure): string {
  const t = useWords();
  const key = `errors:${failure.code}`;
  if (failure.code === "ui.core_unreachable") return t("parts:failed.unreachable");
  // The key is known only when the code arrives, so it cannot be checked by type.
  return i18next.exists(key) ? i18next.t(key, { ...failure.params }) : t("parts:failed.unknown");
}
