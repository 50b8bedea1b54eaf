import type { RecentCustomer } from "../../bindings/app";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";
import { useWorkspace } from "../../i18n/workspace";
import { useNow } from "../../i18n/now";
import { daysSince } from "../../i18n/dates";
import { Facts } from "../../parts/Facts";
import { CustomerTier } from "../../parts/CustomerTier";

const kinds = ["note", "visit", "call", "wechat", "mail"] as const;

function What({ recent }: { recent: RecentCustomer }) {
  const t = useWords();
  const format = useFormat();
  const sum = recent.amount === null ? "" : format.price(Math.abs(recent.amount));
  switch (recent.kind) {
    case "sale":
      return t("counter:recent.sale", { sum });
    case "refund":
      return t("counter:recent.refund", { sum });
    default: {
      const kind = kinds.find((one) => one === recent.kind);
      return recent.text ?? (kind === undefined ? null : t(`nouns:kind.${kind}`));
    }
  }
}

function When({ at }: { at: number }) {
  const format = useFormat();
  const { zone } = useWorkspace();
  return daysSince(at, { zone, now: useNow() }) === 0 ? format.time(at) : format.relativeDay(at);
}

interface RecentRowProps {
  recent: RecentCustomer;
  id: string;
  chosen: boolean;
  onChoose: () => void;
}

/** Someone served a moment ago, in one line. */
export function RecentRow({ recent, id, chosen, onChoose }: RecentRowProps) {
  return (
    // Steered from the search box, like the hits above it.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      id={id}
      role="option"
      aria-selected={chosen}
      className={chosen ? "recent hit on" : "recent hit"}
      data-testid="recent"
      data-id={recent.id}
      onClick={onChoose}
    >
      <b className="nw">{recent.name}</b>
      <span className="t3 sm grow cut">
        <Facts items={[<When key="when" at={recent.at} />, <What key="what" recent={recent} />]} />
      </span>
      <CustomerTier tier={recent.tier} />
    </div>
  );
}
