import { Button } from "antd";
import { ArrowLeft } from "lucide-react";
import { useState } from "react";
import type { CustomerFile } from "../../bindings/app";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";
import { Icon } from "../../parts/Icon";
import { Money } from "../../parts/Money";
import { Note } from "../../parts/Note";
import { Section } from "../../parts/Section";
import { ReceiptDrawer } from "./ReceiptDrawer";

/** A customer whom another store looks after: what was sold here stays, and nothing else is known. */
export function Away({ file, onBack }: { file: CustomerFile; onBack: () => void }) {
  const t = useWords();
  const format = useFormat();
  const [receipt, setReceipt] = useState<string | null>(null);
  return (
    <article className="awayfile" aria-label={t("customer:away.title")} data-testid="customer-away">
      <header className="head">
        <Button type="text" icon={<Icon of={ArrowLeft} />} aria-label={t("customer:back")} onClick={onBack} />
        <h1>{t("customer:away.title")}</h1>
      </header>
      <div className="filenote">
        <Note kind="info" title={t("customer:away.title")}>
          {t("customer:away.why")}
        </Note>
      </div>
      <Section title={t("customer:away.sold")}>
        {file.latest_sales.length === 0 && <p className="t3">{t("customer:away.none")}</p>}
        <ul className="awaysales">
          {file.latest_sales.map((sale) => (
            <li key={sale.id}>
              <button type="button" className="bare row g12" onClick={() => setReceipt(sale.id)}>
                <span className="t2 nw">{format.dayAndTime(new Date(sale.sold_at))}</span>
                <span className="grow">{sale.products.join("、")}</span>
                <Money fen={sale.total} column />
              </button>
            </li>
          ))}
        </ul>
      </Section>
      {receipt !== null && <ReceiptDrawer id={receipt} onClose={() => setReceipt(null)} />}
    </article>
  );
}
