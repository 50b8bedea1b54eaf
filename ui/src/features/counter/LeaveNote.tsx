import { Button } from "antd";
import type { Quote } from "../../bindings/app";
import { neededBy, useAmountWords, useOverWords } from "../../forms/leave";
import { Refused } from "../../forms/Refused";
import { useWords } from "../../i18n/words";
import { Note } from "../../parts/Note";
import { useAct, useRead } from "../../query/use";
import type { Draft } from "./draft";
import type { Held } from "./kept";

interface LeaveNoteProps {
  draft: Draft;
  quote: Quote;
  /** The question is on its way: the sale is put aside until it is answered. */
  onSent: (approval: string) => void;
}

/** How it stands with leave that was asked for before. */
function Asked({ id, amount }: { id: string; amount: number }) {
  const t = useWords();
  const words = useAmountWords();
  const { data } = useRead("approval.show", { id });
  if (data === undefined) return null;
  const name = data.decided_by ?? "";
  const sum = words(data.matter, data.amount);
  if (data.verdict === "refused") return <Note kind="warning" title={t("counter:leave.refused", { name })} />;
  if (data.amount < amount) return <Note kind="warning" title={t("counter:leave.more", { amount: sum })} />;
  return data.verdict === null ? (
    <p className="pendingword leaveword">
      <i aria-hidden="true" />
      {t("counter:leave.waits")}
    </p>
  ) : (
    <p className="sm ok leaveword">{t("counter:leave.given", { name, amount: sum })}</p>
  );
}

/** 让价 ¥201，超过你的 ¥200: said before anybody is asked for money, with the next step. */
export function LeaveNote({ draft, quote, onSent }: LeaveNoteProps) {
  const t = useWords();
  const over = useOverWords();
  const ask = useAct("approval.ask");
  const needed = neededBy(quote.approval);
  if (needed === null) return null;
  if (draft.approval !== undefined) return <Asked id={draft.approval} amount={needed.amount} />;
  const send = () => {
    if (ask.isPending) return;
    const about = draft.customer === null ? {} : { customer: draft.customer.id };
    ask.mutate(
      { matter: needed.matter, amount: needed.amount, ...about },
      { onSuccess: ({ id }) => onSent(id) },
    );
  };
  return (
    <>
      <Note
        kind="warning"
        title={over(needed)}
        action={
          <Button className="mid" onClick={send} data-testid="ask-leave">
            {t("counter:leave.send")}
          </Button>
        }
      >
        {t("counter:leave.at_pay")}
      </Note>
      <Refused failure={ask.error} />
    </>
  );
}

/** 待批, 已批, 没批 on a held sale. */
export function LeaveMark({ id }: { id: string }) {
  const t = useWords();
  const { data } = useRead("approval.show", { id });
  if (data === undefined) return null;
  if (data.verdict === "given") return <span className="ok">{t("counter:leave.mark.given")}</span>;
  if (data.verdict === "refused") return <span className="err">{t("counter:leave.mark.refused")}</span>;
  return (
    <span className="pendingword">
      <i aria-hidden="true" />
      {t("counter:leave.mark.waits")}
    </span>
  );
}

/** A held sale whose question was answered while somebody else was served. */
export function LeaveAnswer({ one, id, onTake }: { one: Held; id: string; onTake: () => void }) {
  const t = useWords();
  const { data } = useRead("approval.show", { id });
  const verdict = data?.verdict;
  if (verdict !== "given" && verdict !== "refused") return null;
  const who = one.draft.customer?.name ?? t("counter:held.nobody");
  return (
    <div className="pad">
      <Note
        kind={verdict === "given" ? "info" : "warning"}
        urgent
        title={t(`counter:leave.back.${verdict}`, { who })}
        action={
          <Button className="mid" onClick={onTake}>
            {t("counter:leave.take")}
          </Button>
        }
      />
    </div>
  );
}
