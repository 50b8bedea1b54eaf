import { Fragment } from "react";
import type { Hit } from "../../bindings/app";
import { useWords } from "../../i18n/words";
import { Facts } from "../../parts/Facts";
import { Mark } from "../../parts/Mark";
import { CustomerTier } from "../../parts/CustomerTier";
import { nameSpans, shownContact, syllableSpans } from "./marks";

const reasons = [
  "name",
  "pinyin",
  "initials",
  "phone_front",
  "phone_tail",
  "landline_tail",
  "member_no",
  "email",
  "tag",
  "company",
] as const;

function Why({ hit }: { hit: Hit }) {
  const t = useWords();
  const said = hit.why.flatMap((why) => {
    const reason =
      why === "phone_tail" && hit.contact_field === "landline"
        ? "landline_tail"
        : reasons.find((one) => one === why);
    return reason === undefined ? [] : [t(`counter:why.${reason}`)];
  });
  return <Facts items={said} />;
}

interface HitRowProps {
  hit: Hit;
  id: string;
  chosen: boolean;
  onChoose: () => void;
}

/** A customer found: why, and by which letters. */
export function HitRow({ hit, id, chosen, onChoose }: HitRowProps) {
  const t = useWords();
  const contact = shownContact(hit);
  return (
    // The list is steered from the search box, which names this row as its active descendant.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      id={id}
      role="option"
      aria-selected={chosen}
      className={chosen ? "hit on" : "hit"}
      data-testid="hit"
      data-id={hit.id}
      onClick={onChoose}
    >
      <div className="nm">
        <span className="clamp">
          <Mark text={hit.name} spans={nameSpans(hit)} />
        </span>
        {hit.reading.length > 0 && (
          <span className="reading" lang="zh-Latn-pinyin">
            {hit.reading.map((syllable, part) => (
              <Fragment key={part}>
                {part > 0 && " "}
                <Mark text={syllable} spans={syllableSpans(hit, part)} />
              </Fragment>
            ))}
          </span>
        )}
      </div>
      <div className="end">
        <CustomerTier tier={hit.tier} />
      </div>
      <div className="ph cut">
        {hit.contact_field === "member_no" && `${t("nouns:customer.member_no")} `}
        <Mark text={contact.text} spans={contact.spans} />
      </div>
      <div className="why">
        <Why hit={hit} />
      </div>
    </div>
  );
}
