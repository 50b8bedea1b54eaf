import { Button, Input, Modal } from "antd";
import type { KeyboardEvent } from "react";
import { useEffect, useRef, useState } from "react";
import type { ApprovalRow, Approver, HomeState } from "../bindings/app";
import { useWords } from "../i18n/words";
import { Avatar } from "../parts/Avatar";
import { Bars } from "../parts/Bars";
import { Note } from "../parts/Note";
import { useAct, useRead } from "../query/use";
import { useKeys } from "../shell/hotkeys";
import { PinPad } from "../shell/PinPad";
import { useSession } from "../shell/session";
import type { Asking, Needed } from "./leave";
import { useOverWords } from "./leave";
import { Refused } from "./Refused";
import "../shell/lock.css";
import "./leave.css";

interface LeaveFormProps {
  asking: Asking;
  customer?: string | null;
  /** What becomes of it once it is sent; where it is left out, the dialog waits for the answer. */
  onSent?: (approval: string) => void;
}

/** One's own question at this till for the same thing, which may still be used. */
function earlier(
  rows: readonly ApprovalRow[],
  needed: Needed,
  customer: string | null,
  session: HomeState | undefined,
): ApprovalRow | undefined {
  return rows.find(
    (row) =>
      row.matter === needed.matter &&
      row.amount >= needed.amount &&
      row.customer === customer &&
      row.asked_by === (session?.person?.name ?? null) &&
      (row.till === null || row.till === session?.device?.name) &&
      !row.used &&
      row.verdict !== "refused",
  );
}

/** A manager who stands here: who, and their PIN. */
function OnTheSpot({ asking, approvers }: { asking: Asking; approvers: readonly Approver[] }) {
  const t = useWords();
  const [chosen, setChosen] = useState<string | null>(null);
  const [pin, setPin] = useState("");
  const at = approvers.find((one) => one.id === chosen) ?? approvers[0];
  if (at === undefined) return <p className="t2">{t("counter:leave.nobody")}</p>;
  const choose = (id: string) => {
    setChosen(id);
    setPin("");
  };
  const enter = () => {
    if (asking.pending) return;
    asking.give({ by: "pin", person: at.id, pin });
    setPin("");
  };
  const move = (event: KeyboardEvent) => {
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const next = approvers[approvers.indexOf(at) + by];
    if (by === 0 || next === undefined) return;
    event.preventDefault();
    choose(next.id);
  };
  return (
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions -- hears the arrows of the field in it
    <div className="leavehere" onKeyDown={move}>
      <ul className="lockpeople" aria-label={t("counter:leave.who")}>
        {approvers.map((one) => (
          <li key={one.id}>
            <button
              type="button"
              className={one.id === at.id ? "on" : ""}
              aria-pressed={one.id === at.id}
              data-testid="approver"
              onClick={() => choose(one.id)}
            >
              <Avatar name={one.name} />
              <span className="lg">{one.name}</span>
            </button>
          </li>
        ))}
      </ul>
      <PinPad
        pin={pin}
        label={t("shell:lock.pin_of", { name: at.name })}
        enter={t("counter:leave.enter")}
        disabled={asking.pending}
        onPin={setPin}
        onDone={enter}
      />
    </div>
  );
}

/** A question that was sent: it goes on by itself once leave is given. */
function Waiting({ id, asking, onAgain }: { id: string; asking: Asking; onAgain: () => void }) {
  const t = useWords();
  const { data } = useRead("approval.show", { id });
  const used = useRef(false);
  const verdict = data?.verdict ?? null;
  const { give } = asking;
  useEffect(() => {
    if (verdict !== "given" || used.current) return;
    used.current = true;
    give({ by: "approval", id });
  }, [verdict, id, give]);
  if (verdict === "refused") {
    return (
      <Note
        kind="warning"
        urgent
        title={t("counter:leave.refused", { name: data?.decided_by ?? "" })}
        action={<Button onClick={onAgain}>{t("counter:leave.send")}</Button>}
      />
    );
  }
  return (
    <div role="status" data-testid="leave-waits">
      <span className="pendingword">
        <i aria-hidden="true" />
        <b>{t("counter:leave.sent")}</b>
      </span>
      <p className="sm t3">{t("counter:leave.sent_why")}</p>
    </div>
  );
}

/** What is beyond one's limit (R41): a manager's PIN here, or a question that is sent to them. */
export function LeaveForm({ asking, customer = null, onSent }: LeaveFormProps) {
  const t = useWords();
  const over = useOverWords();
  const session = useSession();
  const approvers = useRead("approval.approvers", null);
  const known = useRead("approval.list", null).data;
  const [why, setWhy] = useState("");
  const [sent, setSent] = useState<string | null>(null);
  const [refused, setRefused] = useState(false);
  const ask = useAct("approval.ask");
  useKeys({}, { modal: true });
  const { needed } = asking;
  const before = earlier([...(known?.waiting ?? []), ...(known?.decided ?? [])], needed, customer, session);
  const standing = sent ?? (onSent === undefined && !refused ? (before?.id ?? null) : null);
  const send = () => {
    if (ask.isPending) return;
    const about = customer === null ? {} : { customer };
    const reason = why.trim() === "" ? {} : { why: why.trim() };
    ask.mutate(
      { matter: needed.matter, amount: needed.amount, ...about, ...reason },
      {
        onSuccess: ({ id }) => {
          if (onSent === undefined) setSent(id);
          else onSent(id);
        },
      },
    );
  };
  return (
    <Modal open width={560} footer={null} title={t("counter:leave.title")} onCancel={asking.drop}>
      <div className="col g16" data-testid="leave-form">
        <p className="lg">{over(needed)}</p>
        {approvers.data === undefined && approvers.error === null && <Bars count={3} />}
        <Refused failure={approvers.error} />
        {approvers.data !== undefined && <OnTheSpot asking={asking} approvers={approvers.data} />}
        <div className="lockwhy" aria-live="polite">
          <Refused failure={asking.failure} />
        </div>
        <div className="leaveaway">
          {standing !== null ? (
            <Waiting
              key={standing}
              id={standing}
              asking={asking}
              onAgain={() => {
                setSent(null);
                setRefused(true);
              }}
            />
          ) : (
            <>
              <h2>{t("counter:leave.away")}</h2>
              <div className="row g8">
                <Input
                  className="grow"
                  value={why}
                  aria-label={t("counter:leave.why")}
                  placeholder={t("counter:leave.why")}
                  onChange={(event) => setWhy(event.target.value)}
                  onPressEnter={send}
                />
                <Button onClick={send} disabled={ask.isPending} data-testid="leave-send">
                  {t("counter:leave.send")}
                </Button>
              </div>
            </>
          )}
          <Refused failure={ask.error} />
        </div>
      </div>
    </Modal>
  );
}
