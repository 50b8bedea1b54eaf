import { Button } from "antd";
import { useState } from "react";
import type { ApprovalRow } from "../../bindings/app";
import { useAmountWords } from "../../forms/leave";
import { Refused } from "../../forms/Refused";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";
import { Facts } from "../../parts/Facts";
import { useAct, useRead } from "../../query/use";

const matters = ["discount", "goodwill", "redemption", "refund"] as const;

interface LeaveLineProps {
  row: ApprovalRow;
  pending: boolean;
  onDecide: (give: boolean) => void;
  onOpen: (customer: string) => void;
}

/** One question: how much against which limit, for whom, who asks where and for how long. */
function LeaveLine({ row, pending, onDecide, onOpen }: LeaveLineProps) {
  const t = useWords();
  const format = useFormat();
  const amount = useAmountWords();
  const matter = matters.find((one) => one === row.matter);
  const sum = amount(row.matter, row.amount);
  const { customer } = row;
  return (
    <li className="leaveline" data-testid="leave" data-id={row.id}>
      <div className="grow">
        <div className="row g8 wrap">
          <b>{matter === undefined ? sum : t(`today:leave.what.${matter}`, { amount: sum })}</b>
          <span className="t2">{t("today:leave.own", { amount: amount(row.matter, row.allowed) })}</span>
        </div>
        <div className="sm t2 tasksub">
          <Facts
            items={[
              customer === null ? (
                t("today:leave.nobody")
              ) : (
                <button type="button" className="bare daywho" onClick={() => onOpen(customer)}>
                  {row.customer_name}
                </button>
              ),
              row.asked_by,
              row.till,
              t("today:leave.ago", { age: format.age(row.asked_at) }),
            ]}
          />
        </div>
        {row.why !== null && <div className="sm t2">{row.why}</div>}
      </div>
      <Button className="leavegive" disabled={pending} onClick={() => onDecide(true)}>
        {t("today:leave.give")}
      </Button>
      <Button type="text" disabled={pending} onClick={() => onDecide(false)}>
        {t("today:leave.refuse")}
      </Button>
    </li>
  );
}

/** What the tills ask of whoever leads (R41). Nothing is shown while nobody asks. */
export function Leaves({ onOpen }: { onOpen: (customer: string) => void }) {
  const t = useWords();
  const { data } = useRead("approval.list", null);
  const decide = useAct("approval.decide");
  const [at, setAt] = useState<string | null>(null);
  if (data === undefined || !data.mine || data.waiting.length === 0) return null;
  return (
    <section aria-label={t("today:leave.title")} data-testid="leaves">
      <div className="grp">
        <h2>{t("today:leave.title")}</h2>
        <span>{data.waiting.length}</span>
        <span className="grow" />
        <span className="t3">{t("today:leave.hint")}</span>
      </div>
      <ul>
        {data.waiting.map((row) => (
          <LeaveLine
            key={row.id}
            row={row}
            pending={decide.isPending}
            onOpen={onOpen}
            onDecide={(give) => {
              setAt(row.id);
              decide.mutate({ id: row.id, give });
            }}
          />
        ))}
      </ul>
      {decide.error !== null && data.waiting.some((row) => row.id === at) && (
        <div className="tasksnote">
          <Refused failure={decide.error} />
        </div>
      )}
    </section>
  );
}
