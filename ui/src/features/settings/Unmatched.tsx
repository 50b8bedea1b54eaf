import { Button } from "antd";
import { useState } from "react";
import type { UnmatchedSale } from "../../bindings/app";
import { CustomerPick } from "../../forms/CustomerPick";
import { Refused } from "../../forms/Refused";
import { count } from "../../i18n/figures";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";
import { Bars } from "../../parts/Bars";
import { Failed } from "../../parts/Failed";
import { Money } from "../../parts/Money";
import { Phone } from "../../parts/Phone";
import { Section } from "../../parts/Section";
import { useAct, useRead } from "../../query/use";

/** One sale: to whoever has that number by now, or to somebody who is looked up. */
function Line({ sale }: { sale: UnmatchedSale }) {
  const t = useWords();
  const format = useFormat();
  const assign = useAct("intake.assign");
  const [whom, setWhom] = useState<string | null>(null);
  const [looking, setLooking] = useState(false);
  const { found } = sale;
  const give = (customer: string) => assign.mutate({ sale: sale.sale, customer });
  const id = `unmatched-${sale.sale}`;
  return (
    <li className="col g8 unmatchedsale" data-testid="unmatched">
      <div className="row g12">
        <span className="grow wraps">
          {sale.phone === null ? sale.member_no : <Phone number={sale.phone} />}
          <span className="settingsunder sm t3">
            {t("settings:intake.sale", {
              number: sale.number,
              at: format.dayAndTime(new Date(sale.sold_at)),
            })}
          </span>
        </span>
        <Money fen={sale.total} />
        {found === null || looking ? (
          !looking && (
            <Button size="small" onClick={() => setLooking(true)}>
              {t("settings:intake.look")}
            </Button>
          )
        ) : (
          <>
            <Button size="small" disabled={assign.isPending} onClick={() => give(found.id)}>
              {t("settings:intake.give", { name: found.name })}
            </Button>
            <Button size="small" type="text" onClick={() => setLooking(true)}>
              {t("settings:intake.other")}
            </Button>
          </>
        )}
      </div>
      {looking && (
        <div className="row g8">
          <label className="vh" htmlFor={id}>
            {t("settings:intake.whose")}
          </label>
          <span className="grow unmatchedpick">
            <CustomerPick id={id} value={whom} onChange={setWhom} />
          </span>
          <Button
            size="small"
            disabled={whom === null || assign.isPending}
            onClick={() => whom !== null && give(whom)}
          >
            {t("settings:intake.give_chosen")}
          </Button>
          <Button size="small" type="text" onClick={() => setLooking(false)}>
            {t("settings:cancel")}
          </Button>
        </div>
      )}
      <Refused failure={assign.error} />
    </li>
  );
}

/** Sales that name a phone or a card which nobody here had when they came in. */
export function Unmatched({ all }: { all: number }) {
  const t = useWords();
  const { data, error, refetch } = useRead("intake.unmatched", null);
  return (
    <Section
      title={t("settings:intake.unmatched_title")}
      note={t("settings:intake.unmatched_note", { figure: count(all), count: all })}
    >
      <p className="sm t3">{t("settings:intake.unmatched_why")}</p>
      {error !== null ? (
        <Failed failure={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Bars count={3} />
      ) : (
        <ul className="settingslist">
          {data.map((sale) => (
            <Line key={sale.sale} sale={sale} />
          ))}
        </ul>
      )}
    </Section>
  );
}
