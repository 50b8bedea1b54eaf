import { Button, Checkbox, Input } from "antd";
import type { KeyboardEvent } from "react";
import { useRef, useState } from "react";
import type { ContributionRow, ReviewQueue } from "../../bindings/app";
import { Refused } from "../../forms/Refused";
import { count } from "../../i18n/figures";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";
import { EmptyState } from "../../parts/EmptyState";
import { Facts } from "../../parts/Facts";
import { Section } from "../../parts/Section";
import { useAct } from "../../query/use";

function Said({ row }: { row: ContributionRow }) {
  const t = useWords();
  const format = useFormat();
  return (
    <div className="col">
      <span className="seedtext">{row.text}</span>
      <span className="sm t3">
        <Facts
          items={[
            row.name ?? t("club:activity.away"),
            row.activity,
            t("club:activity.review.coins", { figure: count(row.amount), count: row.amount }),
            format.dayAndTime(new Date(row.at)),
            row.person,
          ]}
        />
      </span>
    </div>
  );
}

function Waiting({ rows }: { rows: readonly ContributionRow[] }) {
  const t = useWords();
  const review = useAct("contribution.review");
  const list = useRef<HTMLUListElement>(null);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const [rejecting, setRejecting] = useState<readonly string[] | null>(null);
  const [why, setWhy] = useState("");
  const chosen = rows.filter((row) => ticked.has(row.id)).map((row) => row.id);
  const boxes = () => [...(list.current?.querySelectorAll<HTMLInputElement>("input[type=checkbox]") ?? [])];
  const focused = () => boxes().findIndex((box) => box === document.activeElement);
  const focus = (at: number) => boxes()[Math.max(0, Math.min(at, boxes().length - 1))]?.focus();
  const decide = (ids: readonly string[], accept: boolean, said?: string) => {
    if (ids.length === 0 || review.isPending) return;
    // What is decided leaves the list; the keys go on with what comes after it.
    const next = rows.find((row, at) => at > focused() && !ids.includes(row.id));
    review.mutate(
      { ids: [...ids], accept, ...(said === undefined || said === "" ? {} : { why: said }) },
      {
        onSuccess: () => {
          setTicked(new Set());
          setRejecting(null);
          setWhy("");
          focus(rows.findIndex((row) => row.id === next?.id));
        },
      },
    );
  };
  const at = () => {
    const row = rows[focused()];
    return chosen.length > 0 ? chosen : row === undefined ? [] : [row.id];
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const acts: Record<string, () => void> = {
      j: () => focus(focused() + 1),
      k: () => focus(focused() - 1),
      a: () => decide(at(), true),
      r: () => at().length > 0 && setRejecting(at()),
    };
    const act = acts[event.key.toLowerCase()];
    if (act === undefined) return;
    event.preventDefault();
    act();
  };
  const leave = () => {
    setRejecting(null);
    focus(rows.findIndex((row) => row.id === rejecting?.[0]));
  };
  return (
    <>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- keys of the boxes in it */}
      <ul ref={list} onKeyDown={onKeyDown}>
        {rows.map((row) => (
          <li key={row.id} className="reviewrow" data-testid="contribution">
            <Checkbox
              aria-label={t("club:activity.review.tick", {
                name: row.name ?? t("club:activity.away"),
                text: row.text,
              })}
              checked={ticked.has(row.id)}
              onChange={({ target }) => {
                const now = new Set(ticked);
                if (target.checked) now.add(row.id);
                else now.delete(row.id);
                setTicked(now);
              }}
            />
            <Said row={row} />
            <span className="row g8">
              <Button size="small" disabled={review.isPending} onClick={() => decide([row.id], true)}>
                {t("club:activity.review.accept")}
              </Button>
              <Button size="small" type="text" onClick={() => setRejecting([row.id])}>
                {t("club:activity.review.reject")}
              </Button>
            </span>
          </li>
        ))}
      </ul>
      {rejecting !== null && (
        <form
          className="row g8 reviewbar"
          onSubmit={(event) => {
            event.preventDefault();
            decide(rejecting, false, why.trim());
          }}
        >
          <Input
            // eslint-disable-next-line jsx-a11y/no-autofocus -- the key or button asked for it
            autoFocus
            aria-label={t("club:activity.review.why")}
            placeholder={t("club:activity.review.why")}
            value={why}
            maxLength={200}
            onChange={({ target }) => setWhy(target.value)}
            onKeyDown={(event) => event.key === "Escape" && leave()}
          />
          <Button danger htmlType="submit" disabled={review.isPending || why.trim() === ""}>
            {t("club:activity.review.reject")}
          </Button>
          <Button type="text" onClick={leave}>
            {t("club:cancel")}
          </Button>
        </form>
      )}
      {rejecting === null && chosen.length > 0 && (
        <div className="row g8 reviewbar">
          <span className="t2">
            {t("club:activity.review.ticked", { figure: count(chosen.length), count: chosen.length })}
          </span>
          <Button type="primary" disabled={review.isPending} onClick={() => decide(chosen, true)}>
            {t("club:activity.review.accept")}
          </Button>
          <Button onClick={() => setRejecting(chosen)}>{t("club:activity.review.reject")}</Button>
        </div>
      )}
      <Refused failure={review.error} />
    </>
  );
}

function Done({ rows }: { rows: readonly ContributionRow[] }) {
  const t = useWords();
  const format = useFormat();
  return (
    <Section title={t("club:activity.review.done")}>
      <ul>
        {rows.map((row) => (
          <li key={row.id} className="reviewrow done">
            <span />
            <Said row={row} />
            <span className="sm t2 end">
              <Facts
                items={[
                  t(
                    row.verdict === "accepted"
                      ? "club:activity.review.accepted"
                      : "club:activity.review.rejected",
                  ),
                  row.verdict_why,
                  row.reviewed_by,
                  row.reviewed_at !== null && format.dayAndTime(new Date(row.reviewed_at)),
                ]}
              />
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** What waits to be looked at before it earns coins, and what was decided (R83). */
export function Review({ queue }: { queue: ReviewQueue }) {
  const t = useWords();
  return (
    <>
      <Section title={t("club:activity.review.title")} note={t("club:activity.review.note")}>
        {queue.waiting.length === 0 ? (
          <EmptyState>{t("club:activity.review.none")}</EmptyState>
        ) : (
          <Waiting rows={queue.waiting} />
        )}
      </Section>
      {queue.reviewed.length > 0 && <Done rows={queue.reviewed} />}
    </>
  );
}
