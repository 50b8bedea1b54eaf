import { i18next } from "../../i18n/i18n";
import { useWords } from "../../i18n/words";

const nouns: Readonly<Record<string, string>> = { customers: "customer", sales: "sale", products: "product" };

/** What a field of a file is called; a field of the shop's own keeps its name. */
export function useFieldWords(kind: string): (field: string) => string {
  // Drawn anew when the language changes.
  useWords();
  const noun = nouns[kind] ?? kind;
  return (field) => {
    // Which fields there are the core says when it has seen the file, so the keys cannot be checked by type.
    for (const key of [`exchange:column.${noun}.${field}`, `nouns:customer.${field}`]) {
      if (i18next.exists(key)) return i18next.t(key);
    }
    return field;
  };
}

/** Why a row is out or a value was left: the code where there is no sentence. */
export function useProblemWords(): (code: string) => string {
  useWords();
  return (code) => {
    const key = `exchange:problem.${code}`;
    return i18next.exists(key) ? i18next.t(key) : code;
  };
}
