import type { BirthdayRow, TaskRow, Today } from "../../bindings/app";
import { dayParts } from "../../i18n/dates";
import { count } from "../../i18n/figures";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";
import { useWorkspace } from "../../i18n/workspace";
import { CustomerTier } from "../../parts/CustomerTier";
import { Fig, Figs } from "../../parts/Fig";
import { Ring } from "../../parts/Rings";
import { Section } from "../../parts/Section";
import { useNear, useWeekday } from "./near";

function Birthday({ row, today, onOpen }: { row: BirthdayRow; today: string; onOpen: (id: string) => void }) {
  const t = useWords();
  const { zone } = useWorkspace();
  const weekday = useWeekday();
  const { day } = dayParts(row.on, zone);
  const when = useNear(today)(row.on).words;
  return (
    <li className="row g12 dayline">
      <div className="daybox">
        <div className="daynumber">{day}</div>
        <div className="xs t3">{weekday(row.on)}</div>
      </div>
      <div className="grow">
        <div className="row g8">
          <button type="button" className="bare cut daywho" onClick={() => onOpen(row.customer)}>
            {row.name}
          </button>
          <CustomerTier tier={row.tier} />
        </div>
        <div className="sm t2 cut">
          {row.age === null
            ? t("today:birthday", { when })
            : t("today:birthday_age", { when, count: row.age })}
        </div>
      </div>
    </li>
  );
}

function Done({ task, onBack }: { task: TaskRow; onBack: () => void }) {
  const t = useWords();
  return (
    <li className="row g12 doneline">
      <Ring label={t("today:reopen", { title: task.title })} done onChange={onBack} />
      <span className="grow cut t2">{task.title}</span>
      {task.assignee_name !== null && <span className="sm t3 nw">{task.assignee_name}</span>}
    </li>
  );
}

interface SidePanesProps {
  today: Today;
  onOpen: (customer: string) => void;
  onBack: (task: TaskRow) => void;
}

/** The days that come, what the shop did today, and what is done already. */
export function SidePanes({ today, onOpen, onBack }: SidePanesProps) {
  const t = useWords();
  const format = useFormat();
  return (
    <div className="todayside scroll">
      <Section
        title={t("today:shop.title")}
        note={t("today:shop.note", { day: format.shortDay(today.date) })}
      >
        <Figs>
          <Fig
            label={t("today:shop.sold")}
            value={format.price(today.sold_today, { headline: true })}
            why={t("today:shop.sales", { figure: count(today.sales_today), count: today.sales_today })}
          />
          <Fig
            label={t("today:shop.mean")}
            value={
              today.sales_today > 0
                ? format.price(Math.round(today.sold_today / today.sales_today), { headline: true })
                : "—"
            }
            why={t("today:shop.mean_why")}
          />
          <Fig
            label={t("today:shop.fresh")}
            value={count(today.new_customers_today)}
            why={t("today:shop.fresh_why")}
          />
        </Figs>
      </Section>
      <Section title={t("today:days.title")} note={t("today:days.note")}>
        {today.birthdays.length === 0 && <p className="t3">{t("today:days.none")}</p>}
        <ul>
          {today.birthdays.map((row) => (
            <Birthday key={row.customer} row={row} today={today.date} onOpen={onOpen} />
          ))}
        </ul>
      </Section>
      <Section
        title={t("today:done.title")}
        note={today.done.length > 0 ? count(today.done.length) : undefined}
      >
        {today.done.length === 0 && <p className="t3">{t("today:done.none")}</p>}
        <ul>
          {today.done.map((task) => (
            <Done key={task.id} task={task} onBack={() => onBack(task)} />
          ))}
        </ul>
      </Section>
    </div>
  );
}
