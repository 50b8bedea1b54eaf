import { UserPlus } from "lucide-react";
import { useEffect } from "react";
import { count } from "../../i18n/figures";
import { useWords } from "../../i18n/words";
import { Failed } from "../../parts/Failed";
import { Icon } from "../../parts/Icon";
import { Kbd } from "../../parts/Kbd";
import { writeKey } from "../../shell/keys";
import type { Found } from "./found";
import { HitRow } from "./HitRow";
import { RecentRow } from "./RecentRow";

export const hitsId = "counter-hits";
export const recentsId = "counter-recents";

/** The row's id in the document, by which the search box names it. */
export function rowId(id: string): string {
  return `hit-${id}`;
}

interface HitListProps {
  found: Found;
  /** Whose row is lit. */
  shown: string | null;
  onChoose: (id: string) => void;
  onCreate: () => void;
}

function NewCustomer({ text, onCreate }: { text: string; onCreate: () => void }) {
  const t = useWords();
  return (
    <button type="button" className="newrow" data-testid="new-customer" onClick={onCreate}>
      <span className="acc">
        <Icon of={UserPlus} />
      </span>
      <b className="acc nw">{t("counter:new.title")}</b>
      <span className="t3 sm grow cut">{text !== "" && t("counter:new.from", { text })}</span>
      <Kbd>{writeKey("counter.create")}</Kbd>
    </button>
  );
}

/** Who was found, the way to add someone, and who was served lately. */
export function HitList({ found, shown, onChoose, onCreate }: HitListProps) {
  const t = useWords();
  useEffect(() => {
    if (shown !== null) document.getElementById(rowId(shown))?.scrollIntoView({ block: "nearest" });
  }, [shown]);
  return (
    <div className="hits">
      <div id={hitsId} role="listbox" aria-label={t("counter:hits")}>
        {found.hits.map((hit) => (
          <HitRow
            key={hit.id}
            hit={hit}
            id={rowId(hit.id)}
            chosen={hit.id === shown}
            onChoose={() => onChoose(hit.id)}
          />
        ))}
      </div>
      {found.failure !== null && <Failed failure={found.failure} onRetry={found.retry} />}
      {found.more && (
        <p className="cap">
          {t("counter:more", { count: found.hits.length, figure: count(found.hits.length) })}
        </p>
      )}
      {found.text !== "" && found.current && found.failure === null && found.hits.length === 0 && (
        <p className="cap">{t("counter:none", { text: found.text })}</p>
      )}
      <NewCustomer text={found.text} onCreate={onCreate} />
      {found.recents.length > 0 && (
        <>
          <div className="hr" />
          <h2 className="cap">{t("counter:recent.title")}</h2>
          <div id={recentsId} role="listbox" aria-label={t("counter:recent.title")}>
            {found.recents.map((recent) => (
              <RecentRow
                key={recent.id}
                recent={recent}
                id={rowId(recent.id)}
                chosen={recent.id === shown}
                onChoose={() => onChoose(recent.id)}
              />
            ))}
          </div>
        </>
      )}
    </div>
  );
}
