import { DatePicker } from "antd";
import { addDays, nextMonday } from "../../forms/days";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";

/** Another day for a task: the four that are wanted most, or any. */
export function Postponing({ today, onDay }: { today: string; onDay: (day: string) => void }) {
  const t = useWords();
  const format = useFormat();
  const days = [
    { day: addDays(today, 1), label: t("task:day.tomorrow") },
    { day: addDays(today, 3), label: t("today:in_days", { count: 3 }) },
    { day: nextMonday(today), label: t("task:day.monday") },
    { day: addDays(today, 30), label: t("task:day.month") },
  ];
  return (
    <div className="postponing" role="group" aria-label={t("today:postpone")}>
      {days.map(({ day, label }, at) => (
        <button
          key={label}
          type="button"
          className="bare row g16"
          // eslint-disable-next-line jsx-a11y/no-autofocus -- S asked for it
          autoFocus={at === 0}
          onClick={() => onDay(day)}
        >
          <span className="grow">{label}</span>
          <span className="t3">{format.shortDay(day)}</span>
        </button>
      ))}
      <DatePicker
        aria-label={t("today:other_day")}
        placeholder={t("today:other_day")}
        onChange={(day) => {
          if (day !== null) onDay(day.format("YYYY-MM-DD"));
        }}
      />
    </div>
  );
}
