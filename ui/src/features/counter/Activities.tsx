import { Button, Input } from "antd";
import { Check } from "lucide-react";
import type { KeyboardEvent } from "react";
import { useRef, useState } from "react";
import type { ActivityRow } from "../../bindings/app";
import { Refused } from "../../forms/Refused";
import { call } from "../../host/call";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";
import { Facts } from "../../parts/Facts";
import { Icon } from "../../parts/Icon";
import { Kbd } from "../../parts/Kbd";
import { offerUndo } from "../../parts/UndoToast";
import { useAct, useRead } from "../../query/use";
import { useSession } from "../../shell/session";
import type { Came } from "./activityWords";
import { About, ActivityWhy, Coins, Doing, Took } from "./activityWords";
import { Digit, DigitList } from "./DigitList";

interface ActivitiesProps {
  customer: string;
  onClose: () => void;
}

/** The second line of a row: what came of it, why not, or what it is. */
function Standing({ row, came }: { row: ActivityRow; came: Came | undefined }) {
  const t = useWords();
  const format = useFormat();
  if (came?.is === "coins") {
    return (
      <span className="fresh">
        <Coins added={came.added} />
      </span>
    );
  }
  const part = came?.part ?? row.taken[0];
  if (part === undefined)
    return row.refusal === null ? <About row={row} /> : <ActivityWhy refusal={row.refusal} />;
  const day = row.refusal?.code === "draw.not_yet" ? row.refusal.params["day"] : undefined;
  const draws = row.terms?.kind === "draw";
  return (
    <span className={came === undefined ? "" : draws ? "fresh reveal" : "fresh"}>
      <Facts
        items={[
          came === undefined && format.shortDay(part.at),
          <Took key="took" row={row} part={part} />,
          typeof day === "string" && t("counter:activity.again_from", { day: format.shortDay(day) }),
        ]}
      />
    </span>
  );
}

/** What they wrote or did, where somebody looks at it before coins come. */
function Words({ onSave, onLeave }: { onSave: (text: string) => void; onLeave: () => void }) {
  const t = useWords();
  const [text, setText] = useState("");
  const ready = text.trim() !== "";
  const pressed = (event: KeyboardEvent) => {
    // Digits are text here, and Esc leaves the field, not the list.
    event.stopPropagation();
    if (event.key === "Escape") onLeave();
    else if (event.key === "Enter" && ready) onSave(text.trim());
    else return;
    event.preventDefault();
  };
  return (
    <div className="row g8 activitytext">
      <Input
        // eslint-disable-next-line jsx-a11y/no-autofocus -- the key asked for it
        autoFocus
        value={text}
        autoComplete="off"
        aria-label={t("counter:activity.text")}
        placeholder={t("counter:activity.text")}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={pressed}
      />
      <Button className="mid" disabled={!ready} onClick={() => onSave(text.trim())}>
        {t("counter:activity.save")} <Kbd>Enter</Kbd>
      </Button>
    </div>
  );
}

/** Everything that goes on for a member, by the phone alone (R82): a digit takes part, and says what came of it. */
export function Activities({ customer, onClose }: ActivitiesProps) {
  const t = useWords();
  const list = useRef<HTMLElement>(null);
  const role = useSession()?.person?.role;
  const answer = useRead("activity.list", { customer });
  const join = useAct("activity.join");
  const add = useAct("contribution.add");
  const [came, setCame] = useState<Readonly<Record<string, Came>>>({});
  const [writing, setWriting] = useState<string | null>(null);
  const rows = answer.data ?? [];

  const tell = (row: ActivityRow, what: Came) => {
    setCame((now) => ({ ...now, [row.id]: what }));
    setWriting(null);
    list.current?.focus();
  };
  const contribute = (row: ActivityRow, text?: string) => {
    if (add.isPending) return;
    add.mutate(
      { activity: row.id, customer, ...(text === undefined ? {} : { text }) },
      { onSuccess: (added) => tell(row, { is: "coins", added }) },
    );
  };
  const take = (row: ActivityRow | undefined) => {
    // What was done once while the list is open is not done again by a second touch.
    if (row === undefined || row.terms === null || row.refusal !== null || row.id in came) return;
    join.reset();
    add.reset();
    if (row.terms.kind === "coins") {
      if (row.terms.reviewed) setWriting(row.id);
      else contribute(row);
      return;
    }
    if (join.isPending) return;
    const draws = row.terms.kind === "draw";
    join.mutate(
      { activity: row.id, customer },
      {
        onSuccess: (part) => {
          tell(row, { is: "part", part });
          if (draws || (role !== "owner" && role !== "manager")) return;
          offerUndo(t("counter:activity.joined", { name: row.activity.name ?? "" }), () => {
            void call("activity.undo", { id: part.id });
            setCame((now) => Object.fromEntries(Object.entries(now).filter(([id]) => id !== row.id)));
          });
        },
      },
    );
  };
  return (
    <DigitList
      id="activities"
      title={t("counter:activity.title")}
      list={list}
      answer={answer}
      none={t("counter:activity.none")}
      onDigit={(at) => take(rows[at])}
      onClose={onClose}
    >
      {rows.map((row, index) => (
        <div key={row.id}>
          <button
            type="button"
            className="redeemrow"
            aria-disabled={row.refusal !== null || row.id in came}
            onClick={() => take(row)}
          >
            <Digit at={index} />
            <span className="redeemwords">
              <span className="cut">{row.activity.name}</span>
              <span className="sm t2" aria-live="polite">
                <Standing row={row} came={came[row.id]} />
              </span>
            </span>
            {row.id in came ? (
              <span className="ok">
                <Icon of={Check} />
              </span>
            ) : (
              <span className="nw">
                <Doing row={row} />
              </span>
            )}
          </button>
          {writing === row.id && (
            <Words
              onSave={(text) => contribute(row, text)}
              onLeave={() => {
                setWriting(null);
                list.current?.focus();
              }}
            />
          )}
        </div>
      ))}
      <Refused failure={join.error ?? add.error} />
    </DigitList>
  );
}
