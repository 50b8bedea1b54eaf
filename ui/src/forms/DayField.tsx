import { DatePicker } from "antd";
import dayjs from "dayjs";
import { useWords } from "../i18n/words";
import { addDays, nextMonday } from "./days";

interface DayFieldProps {
  id: string;
  /** The business day from which 明天 and 下周一 are counted. */
  today: string;
  value: string;
  onChange: (day: string) => void;
}

/** A day, with the three that are wanted most a click away. */
export function DayField({ id, today, value, onChange }: DayFieldProps) {
  const t = useWords();
  const near = [
    { day: today, label: t("task:day.today") },
    { day: addDays(today, 1), label: t("task:day.tomorrow") },
    { day: nextMonday(today), label: t("task:day.monday") },
    { day: addDays(today, 30), label: t("task:day.month") },
  ];
  return (
    <div className="row g8 wrap">
      <DatePicker
        id={id}
        value={dayjs(value)}
        allowClear={false}
        onChange={(day) => onChange(day?.format("YYYY-MM-DD") ?? value)}
      />
      {near.map(({ day, label }) => (
        <button
          key={label}
          type="button"
          className={day === value ? "chip on" : "chip"}
          aria-pressed={day === value}
          onClick={() => onChange(day)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
