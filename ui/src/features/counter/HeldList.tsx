import { Button } from "antd";
import { ArrowLeft, Trash2 } from "lucide-react";
import type { KeyboardEvent } from "react";
import { useEffect, useRef } from "react";
import { useFormat } from "../../i18n/format";
import { useLanguage } from "../../i18n/language";
import { listed } from "../../i18n/figures";
import { useWords } from "../../i18n/words";
import { EmptyState } from "../../parts/EmptyState";
import { Facts } from "../../parts/Facts";
import { Icon } from "../../parts/Icon";
import { Kbd } from "../../parts/Kbd";
import { useKeys } from "../../shell/hotkeys";
import { onMac, writeChord } from "../../shell/keys";
import { total } from "./draft";
import type { Held } from "./kept";
import { LeaveMark } from "./LeaveNote";

interface HeldListProps {
  held: readonly Held[];
  onTake: (one: Held) => void;
  onDrop: (one: Held) => void;
  onBack: () => void;
}

/** Sales put aside, the newest first. */
export function HeldList({ held, onTake, onDrop, onBack }: HeldListProps) {
  const t = useWords();
  const format = useFormat();
  const language = useLanguage();
  const list = useRef<HTMLUListElement>(null);
  useKeys({ "counter.clear": onBack, "counter.hold": onBack });
  useEffect(() => list.current?.querySelector("button")?.focus(), []);
  const pressed = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step === 0) return;
    const rows = [...(list.current?.querySelectorAll<HTMLButtonElement>("button.heldrow") ?? [])];
    const index = rows.findIndex((row) => row === document.activeElement);
    rows[Math.min(rows.length - 1, Math.max(0, index + step))]?.focus();
    event.preventDefault();
  };
  return (
    <section className="step-pane" aria-label={t("counter:held.title")}>
      <div className="row g8 salehead">
        <Button type="text" size="small" icon={<Icon of={ArrowLeft} />} onClick={onBack}>
          {t("counter:pay.back")} <Kbd>{writeChord("Escape", onMac)}</Kbd>
        </Button>
        <b className="lg">{t("counter:held.title")}</b>
      </div>
      {held.length === 0 && <EmptyState>{t("counter:held.none")}</EmptyState>}
      {/* The arrows go from row to row; each row is a button of its own. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <ul ref={list} className="scroll" onKeyDown={pressed}>
        {held.toReversed().map((one) => (
          <li key={one.id} className="row">
            <button type="button" className="heldrow" data-testid="held-row" onClick={() => onTake(one)}>
              <span className="row between g8">
                <b className="cut">{one.draft.customer?.name ?? t("counter:held.nobody")}</b>
                <span className="lg">{format.price(total(one.draft))}</span>
              </span>
              <span className="sm t2 cut">
                <Facts
                  items={[
                    one.draft.approval !== undefined && <LeaveMark key="leave" id={one.draft.approval} />,
                    format.time(one.at),
                    listed(
                      one.draft.lines.map((line) => line.name),
                      language,
                    ),
                  ]}
                />
              </span>
            </button>
            <Button
              type="text"
              className="mid"
              aria-label={t("counter:held.drop")}
              icon={<Icon of={Trash2} />}
              onClick={() => onDrop(one)}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}
