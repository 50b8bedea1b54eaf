import { Button, Input } from "antd";
import type { InputRef } from "antd";
import type { SubmitEvent } from "react";
import { useEffect, useId, useRef, useState } from "react";
import type { ShiftReport } from "../../bindings/app";
import { readMoney } from "../../forms/amounts";
import { Refused } from "../../forms/Refused";
import { useWords } from "../../i18n/words";
import { Section } from "../../parts/Section";
import { useAct } from "../../query/use";
import { Difference, Sum } from "./Report";

interface MoneyFieldProps {
  id: string;
  label: string;
  typed: string;
  wrong: boolean;
  onTyped: (typed: string) => void;
}

/** A sum of cash; what is no sum says so beside the field. */
function MoneyField({ id, label, typed, wrong, onTyped }: MoneyFieldProps) {
  const t = useWords();
  const field = useRef<InputRef>(null);
  useEffect(() => field.current?.focus(), []);
  return (
    <div className="row g12">
      <label htmlFor={id} className="t2 nw">
        {label}
      </label>
      <Input
        ref={field}
        id={id}
        className="shiftmoney"
        value={typed}
        inputMode="decimal"
        autoComplete="off"
        status={wrong ? "error" : ""}
        aria-invalid={wrong}
        onChange={(event) => onTyped(event.target.value)}
      />
      {wrong && <span className="err sm">{t("shift:start.money")}</span>}
    </div>
  );
}

/** Cash is counted, and the shift begins. */
export function StartForm() {
  const t = useWords();
  const id = useId();
  const [typed, setTyped] = useState("");
  const open = useAct("shift.open");
  const fen = readMoney(typed);
  const wrong = typed.trim() !== "" && fen === null;
  const save = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (fen !== null && !open.isPending) open.mutate({ float: fen });
  };
  return (
    <Section title={t("shift:start.title")}>
      <form className="col g12" onSubmit={save} data-testid="shift-start">
        <p className="t2">{t("shift:start.why")}</p>
        <MoneyField id={id} label={t("shift:start.float")} typed={typed} wrong={wrong} onTyped={setTyped} />
        <Refused failure={open.error} />
        <div>
          <Button type="primary" htmlType="submit" disabled={fen === null || open.isPending}>
            {t("shift:start.save")}
          </Button>
        </div>
      </form>
    </Section>
  );
}

/** Cash is counted again: what it should be and by how much it differs stand beside it as it is typed. */
export function CloseForm({ report, onClosed }: { report: ShiftReport; onClosed: (id: string) => void }) {
  const t = useWords();
  const id = useId();
  const [typed, setTyped] = useState("");
  const [note, setNote] = useState("");
  const close = useAct("shift.close");
  const fen = readMoney(typed);
  const wrong = typed.trim() !== "" && fen === null;
  const save = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (fen === null || close.isPending) return;
    const said = note.trim() === "" ? {} : { note: note.trim() };
    close.mutate({ id: report.row.id, counted: fen, ...said }, { onSuccess: ({ row }) => onClosed(row.id) });
  };
  return (
    <Section title={t("shift:close.title")}>
      <form className="col g12" onSubmit={save} data-testid="shift-close">
        <MoneyField id={id} label={t("shift:close.counted")} typed={typed} wrong={wrong} onTyped={setTyped} />
        <dl aria-live="polite" className="shiftlive">
          <Sum name={t("shift:cash.expected")} fen={report.expected} />
          {fen !== null && <Difference fen={fen - report.expected} />}
        </dl>
        <Input
          value={note}
          aria-label={t("shift:close.note")}
          placeholder={t("shift:close.note")}
          onChange={(event) => setNote(event.target.value)}
        />
        <Refused failure={close.error} />
        <div className="row g12">
          <Button type="primary" htmlType="submit" disabled={fen === null || close.isPending}>
            {t("shift:close.save")}
          </Button>
          <span className="sm t3">{t("shift:close.why")}</span>
        </div>
      </form>
    </Section>
  );
}
