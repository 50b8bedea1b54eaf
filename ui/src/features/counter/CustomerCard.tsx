import { keepPreviousData } from "@tanstack/react-query";
import { Button } from "antd";
import { ArrowUpRight } from "lucide-react";
import { useEffect, useState } from "react";
import type { CustomerFile, ExpiringPoints, LatestSale, Quote } from "../../bindings/app";
import { count, listed } from "../../i18n/figures";
import { useFormat } from "../../i18n/format";
import { useLanguage } from "../../i18n/language";
import { memberNo, phone } from "../../i18n/phone";
import { useWords } from "../../i18n/words";
import { Bars } from "../../parts/Bars";
import { Tag } from "../../parts/Chip";
import { Facts } from "../../parts/Facts";
import { Failed } from "../../parts/Failed";
import { Fig, Figs } from "../../parts/Fig";
import { Icon } from "../../parts/Icon";
import { Masked } from "../../parts/Masked";
import { Note } from "../../parts/Note";
import { WaitingMark } from "../../parts/States";
import { CustomerTier } from "../../parts/CustomerTier";
import { useRead } from "../../query/use";
import { useKeys } from "../../shell/hotkeys";
import { writeKey } from "../../shell/keys";
import { Kbd } from "../../parts/Kbd";
import { Activities } from "./Activities";
import { CardFacts } from "./CardFacts";
import type { Attached } from "./draft";
import { Redeeming } from "./Redeeming";
import { TierProgress } from "./TierProgress";

interface CustomerCardProps {
  id: string;
  /** Of the sale, where it is this customer's. */
  quote: Quote | null;
  attached: boolean;
  onAttach: (customer: Attached) => void;
  onOpen: (id: string) => void;
}

type Opened = "rewards" | "activities";

/** What lapses in a season is said at the till; what lies further off stands in the file. */
const near = 92 * 86_400_000;

function isNear(expiring: ExpiringPoints | null): expiring is ExpiringPoints {
  return expiring !== null && expiring.at - Date.now() < near;
}

/** The customer before: shown for the moment the next one takes, never longer. */
function useLate(waiting: boolean): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!waiting) return undefined;
    const timer = setTimeout(() => setLate(true), 120);
    return () => {
      clearTimeout(timer);
      setLate(false);
    };
  }, [waiting]);
  return late;
}

function Head({
  file,
  attached,
  onAttach,
  onOpen,
}: Omit<CustomerCardProps, "id" | "quote"> & { file: CustomerFile }) {
  const t = useWords();
  const { customer } = file;
  const name = customer.name ?? "";
  const joined = customer.joined_on?.slice(0, 4);
  const contact = customer.phone ?? customer.landline;
  const field = customer.phone === undefined ? "landline" : "phone";
  const masked = file.masked.includes(field);
  return (
    <div className="row g8 top">
      <div className="grow">
        <div className="row g12 wrap">
          <h1 className="name">{name}</h1>
          <CustomerTier tier={file.standing.tier} pill />
          {file.waiting && <WaitingMark />}
        </div>
        <div className="t2 sm contactline">
          <Facts
            items={[
              contact === undefined ? null : masked ? (
                <Masked key={file.id} customer={file.id} field={field} name={t(`nouns:customer.${field}`)}>
                  <span className="nw">{phone(contact)}</span>
                </Masked>
              ) : (
                <span className="nw">{phone(contact)}</span>
              ),
              customer.member_no === undefined ? null : (
                <span className="nw">
                  {t("nouns:customer.member_no")} {memberNo(customer.member_no)}
                </span>
              ),
              joined === undefined ? null : (
                <span className="nw">{t("counter:card.joined", { year: joined })}</span>
              ),
            ]}
          />
        </div>
      </div>
      {!attached && (
        <Button className="mid accent" onClick={() => onAttach({ id: file.id, name })} data-testid="attach">
          {t("counter:card.attach")}
        </Button>
      )}
      {attached ? (
        <Button className="mid" onClick={() => onOpen(file.id)}>
          {t("counter:card.file")}
          <Icon of={ArrowUpRight} size={14} />
        </Button>
      ) : (
        // Beside the other button its word would break the line of facts.
        <Button
          className="mid square"
          title={t("counter:card.file")}
          aria-label={t("counter:card.file")}
          onClick={() => onOpen(file.id)}
        >
          <Icon of={ArrowUpRight} size={14} />
        </Button>
      )}
    </div>
  );
}

function Sales({ sales }: { sales: readonly LatestSale[] }) {
  const t = useWords();
  const format = useFormat();
  const language = useLanguage();
  return (
    <section className="lately">
      <h2 className="sm t3">{t("counter:card.lately")}</h2>
      {sales.length === 0 && <p className="t2">{t("counter:card.no_sales")}</p>}
      {sales.slice(0, 5).map((sale) => (
        <div key={sale.id} className="row g12">
          <span className="t3 nw">{format.shortDay(sale.sold_at)}</span>
          <span className="grow cut">
            {sale.refund && <span className="t3">{t("counter:card.refund")} </span>}
            {sale.products.length > 0 ? listed(sale.products, language) : t("counter:card.unnamed")}
          </span>
          <span>{format.price(sale.total)}</span>
        </div>
      ))}
    </section>
  );
}

/** The customer at a glance. The order is fixed: warning, figures, tier, facts, tags, what was bought. */
export function CustomerCard({ id, quote, attached, onAttach, onOpen }: CustomerCardProps) {
  const t = useWords();
  const format = useFormat();
  const answer = useRead("customer.show", { id }, { placeholderData: keepPreviousData });
  const late = useLate(answer.isPlaceholderData);
  /** What is open on whose card: another customer begins closed. */
  const [open, setOpen] = useState<{ on: string; what: Opened } | null>(null);
  const toggle = (what: Opened) =>
    setOpen((now) => (now?.on === id && now.what === what ? null : { on: id, what }));
  const close = () => setOpen(null);
  const some = (useRead("activity.list", {}).data ?? []).length > 0;
  useKeys({ "counter.redeem": () => toggle("rewards"), "counter.activity": () => toggle("activities") });
  if (answer.error !== null) return <Failed failure={answer.error} onRetry={() => void answer.refetch()} />;
  const file = answer.data;
  if (file === undefined || late) return <Bars count={4} />;
  const last = file.totals.last_sale_at;
  const shown = open?.on === file.id ? open.what : null;
  return (
    <article
      className="card"
      data-testid="customer-card"
      data-id={file.id}
      aria-busy={answer.isPlaceholderData}
    >
      <div className="inner">
        <Head file={file} attached={attached} onAttach={onAttach} onOpen={onOpen} />
        {file.deleted && <Note kind="warning" title={t("counter:card.deleted")} />}
        {file.customer.taboo !== undefined && file.customer.taboo !== "" && (
          <Note
            kind="error"
            title={
              <>
                {t("counter:card.taboo")} <span className="taboo">{file.customer.taboo}</span>
              </>
            }
          />
        )}
        <Figs>
          <Fig
            label={t("counter:card.points")}
            value={<span data-testid="points">{count(file.points)}</span>}
            why={
              !isNear(file.expiring) ? undefined : (
                <span className="warn" data-testid="expiring">
                  {t("counter:card.expiring", {
                    figure: count(file.expiring.points),
                    count: file.expiring.points,
                    // The moment is the first without them: the day before is the last to use them.
                    day: format.shortDay(file.expiring.at - 1),
                  })}
                </span>
              )
            }
          />
          <Fig label={t("counter:card.coins")} value={count(file.coins)} />
          <Fig
            label={t("counter:card.spent")}
            value={format.price(file.totals.spent_12_months, { headline: true })}
          />
          <Fig
            label={t("counter:card.last")}
            value={last === null ? t("counter:card.never") : format.relativeDay(last)}
          />
        </Figs>
        <TierProgress file={file} quote={quote} />
        {!file.away && !file.deleted && (
          <div className="row g8">
            <Button
              className="mid"
              aria-expanded={shown === "rewards"}
              onClick={() => toggle("rewards")}
              data-testid="redeem-open"
            >
              {t("counter:redeem.title")} <Kbd>{writeKey("counter.redeem")}</Kbd>
            </Button>
            {some && (
              <Button
                className="mid"
                aria-expanded={shown === "activities"}
                onClick={() => toggle("activities")}
                data-testid="activities-open"
              >
                {t("counter:activity.title")} <Kbd>{writeKey("counter.activity")}</Kbd>
              </Button>
            )}
          </div>
        )}
        {shown === "rewards" && <Redeeming customer={file.id} onClose={close} />}
        {shown === "activities" && <Activities customer={file.id} onClose={close} />}
        <CardFacts customer={file.customer} />
        {file.tags.length > 0 && (
          <div className="row g8 wrap">
            {file.tags.map((tag) => (
              <Tag key={tag}>{tag}</Tag>
            ))}
          </div>
        )}
        <Sales sales={file.latest_sales} />
      </div>
    </article>
  );
}
