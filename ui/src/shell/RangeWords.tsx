import type { Range } from "../bindings/app";
import { useWords } from "../i18n/words";
import { useSession, useSyncStatus } from "./session";

/** 本店: what of the workspace is on this device, in words; nothing where all of it is. */
export function useRangeWords(): string | null {
  const t = useWords();
  const store = useSession()?.store?.name;
  const range: Range | null | undefined = useSyncStatus()?.range;
  if (range === null || range === undefined) return null;
  const own = range.stores.length === 1 && range.stores[0] === store;
  if (own) return t("shell:range.store");
  if (range.stores.length > 0) return range.stores.join("、");
  return t("shell:range.own");
}

/** 资料范围: 本店. Counts and sums speak of this much. */
export function RangeWords() {
  const t = useWords();
  const words = useRangeWords();
  if (words === null) return null;
  return (
    <span className="sm t3 nw" data-testid="range">
      {t("shell:range.label", { range: words })}
    </span>
  );
}
