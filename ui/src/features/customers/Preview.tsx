import { Button } from "antd";
import { ArrowUpRight, Phone as PhoneIcon } from "lucide-react";
import { keepPreviousData } from "@tanstack/react-query";
import type { CustomerFile } from "../../bindings/app";
import { dial } from "../../host/window";
import { count } from "../../i18n/figures";
import { useFormat } from "../../i18n/format";
import { memberNo } from "../../i18n/phone";
import { useWords } from "../../i18n/words";
import { Bars } from "../../parts/Bars";
import { CustomerTier } from "../../parts/CustomerTier";
import { Facts } from "../../parts/Facts";
import { Failed } from "../../parts/Failed";
import { Fig, Figs } from "../../parts/Fig";
import { Icon } from "../../parts/Icon";
import type { KvRow } from "../../parts/Kv";
import { Kv } from "../../parts/Kv";
import { entryKind } from "../../parts/kinds";
import { Note } from "../../parts/Note";
import { Masked } from "../../parts/Masked";
import { Phone } from "../../parts/Phone";
import { Section } from "../../parts/Section";
import { useRead } from "../../query/use";

function Head({ file, onOpen }: { file: CustomerFile; onOpen: () => void }) {
  const t = useWords();
  const format = useFormat();
  const { customer, totals } = file;
  const joined = customer.joined_on?.slice(0, 4);
  return (
    <div className="previewhead">
      <div className="row g8">
        <h2 className="cut">{customer.name}</h2>
        <CustomerTier tier={file.standing.tier} pill />
        <span className="grow" />
        <Button
          type="text"
          aria-label={t("customers:preview.open")}
          icon={<Icon of={ArrowUpRight} />}
          onClick={onOpen}
        />
      </div>
      <div className="sm t2">
        <Facts
          items={[
            customer.member_no !== undefined &&
              t("customers:preview.member_no", { number: memberNo(customer.member_no) }),
            joined !== undefined && t("customers:preview.joined", { year: joined }),
            file.owner_name !== null && t("customers:preview.owner", { name: file.owner_name }),
          ]}
        />
      </div>
      <Figs>
        <Fig
          label={t("customers:column.spent_12_months")}
          value={format.price(totals.spent_12_months, { headline: true })}
        />
        <Fig label={t("customers:column.points")} value={count(file.points)} />
        <Fig label={t("customers:column.sales")} value={count(totals.sales)} />
        <Fig
          label={t("customers:column.last_sale")}
          value={totals.last_sale_at === null ? "—" : format.shortDay(new Date(totals.last_sale_at))}
        />
      </Figs>
    </div>
  );
}

function Recent({ id }: { id: string }) {
  const t = useWords();
  const format = useFormat();
  const entries = useRead("customer.timeline", { id, limit: 5 }, { placeholderData: keepPreviousData }).data
    ?.entries;
  if (entries === undefined) return null;
  return (
    <Section title={t("customers:preview.recent")}>
      {entries.length === 0 && <p className="t3">{t("customers:preview.nothing")}</p>}
      <ul>
        {entries.map((entry) => {
          const kind = entryKind(entry.kind);
          return (
            <li key={entry.id} className="row g8 previewline">
              <span className="t3">
                <Icon of={kind.icon} size={14} label={t(kind.word)} />
              </span>
              <span className="t3">{format.shortDay(new Date(entry.at))}</span>
              <span className="grow cut">{entry.title === "" ? t(kind.word) : entry.title}</span>
              {entry.amount !== null && <span>{format.price(entry.amount)}</span>}
            </li>
          );
        })}
      </ul>
    </Section>
  );
}

function reachRows(file: CustomerFile, t: ReturnType<typeof useWords>): KvRow[] {
  const { customer } = file;
  const rows: (KvRow | null)[] = [
    customer.phone === undefined
      ? null
      : {
          label: t("nouns:customer.phone"),
          value: file.masked.includes("phone") ? (
            <Masked key={file.id} customer={file.id} field="phone" name={t("nouns:customer.phone")}>
              <Phone number={customer.phone} />
            </Masked>
          ) : (
            <Phone number={customer.phone} />
          ),
        },
    customer.wechat === undefined ? null : { label: t("nouns:customer.wechat"), value: customer.wechat },
    customer.habits === undefined ? null : { label: t("nouns:customer.habits"), value: customer.habits },
    customer.buying_habits === undefined
      ? null
      : { label: t("nouns:customer.buying_habits"), value: customer.buying_habits },
    customer.company === undefined ? null : { label: t("nouns:customer.company"), value: customer.company },
    customer.remarks === undefined ? null : { label: t("nouns:customer.remarks"), value: customer.remarks },
  ];
  return rows.filter((row) => row !== null);
}

/** Who the row is: enough to decide whether to open the file. */
export function Preview({ id, onOpen }: { id: string; onOpen: (id: string) => void }) {
  const t = useWords();
  const {
    data: file,
    error,
    refetch,
  } = useRead("customer.show", { id }, { placeholderData: keepPreviousData });
  if (error !== null) return <Failed failure={error} onRetry={() => void refetch()} />;
  if (file === undefined) return <Bars />;
  const rows = reachRows(file, t);
  const { phone } = file.customer;
  return (
    <>
      <div className="scroll grow">
        <Head file={file} onOpen={() => onOpen(file.id)} />
        {file.customer.taboo !== undefined && (
          <div className="previewnote">
            <Note kind="error" title={file.customer.taboo} />
          </div>
        )}
        {rows.length > 0 && (
          <Section title={t("customers:preview.person")}>
            <Kv rows={rows} />
          </Section>
        )}
        <Recent id={file.id} />
      </div>
      <div className="row g8 previewfoot">
        {phone !== undefined && !file.masked.includes("phone") && (
          <Button className="grow" icon={<Icon of={PhoneIcon} />} onClick={() => void dial(phone)}>
            {t("customers:preview.call")}
          </Button>
        )}
        <Button className="grow" icon={<Icon of={ArrowUpRight} />} onClick={() => onOpen(file.id)}>
          {t("customers:preview.open")}
        </Button>
      </div>
    </>
  );
}
