import { Button, Popover } from "antd";
import { Plus, X } from "lucide-react";
import type { ReactNode } from "react";
import { Fragment, useState } from "react";
import type { Condition, View } from "../../bindings/app";
import { count, percent } from "../../i18n/figures";
import { useWords } from "../../i18n/words";
import { Icon } from "../../parts/Icon";
import { useKeys } from "../../shell/hotkeys";
import { ConditionEditor } from "./ConditionEditor";
import { draftOf } from "./conditions";
import { usePhrase } from "./phrase";

interface PhraseProps {
  condition: Condition;
  open: boolean;
  onOpen: (open: boolean) => void;
  onChange: (condition: Condition) => void;
  onRemove: () => void;
}

function Editing({
  open,
  onOpen,
  content,
  children,
}: {
  open: boolean;
  onOpen: (open: boolean) => void;
  content: ReactNode;
  children: ReactNode;
}) {
  return (
    <Popover
      open={open}
      onOpenChange={onOpen}
      trigger="click"
      placement="bottomLeft"
      arrow={false}
      destroyOnHidden
      content={content}
    >
      {children}
    </Popover>
  );
}

function PhraseBox({ condition, open, onOpen, onChange, onRemove }: PhraseProps) {
  const t = useWords();
  const phrase = usePhrase(condition);
  const editor = (
    <ConditionEditor draft={draftOf(condition)} onDone={onChange} onCancel={() => onOpen(false)} />
  );
  return (
    <span className="phr">
      <Editing open={open} onOpen={onOpen} content={editor}>
        <button type="button" className="words">
          <span className="f">{phrase.field}</span>
          {phrase.is !== "" && <span>{phrase.is}</span>}
          <span className="v">{phrase.value}</span>
        </button>
      </Editing>
      <button
        type="button"
        className="xx"
        aria-label={t("customers:phrase.remove", { field: phrase.field })}
        onClick={onRemove}
      >
        <Icon of={X} size={14} />
      </button>
    </span>
  );
}

interface PhrasesProps {
  conditions: readonly Condition[];
  view: View | undefined;
  narrowed: boolean;
  onChange: (conditions: readonly Condition[]) => void;
}

/** What is asked for, as a sentence whose parts can be changed, and how many answer to it. */
export function Phrases({ conditions, view, narrowed, onChange }: PhrasesProps) {
  const t = useWords();
  /** Which phrase is open: its place, or the place after the last for a new one. */
  const [open, setOpen] = useState<number | null>(null);
  useKeys({ "customers.filter": () => setOpen(conditions.length) });
  const put = (at: number, condition: Condition) => {
    onChange(at === conditions.length ? [...conditions, condition] : conditions.with(at, condition));
    setOpen(null);
  };
  const fresh = (
    <ConditionEditor
      draft={null}
      onDone={(condition) => put(conditions.length, condition)}
      onCancel={() => setOpen(null)}
    />
  );
  return (
    <section className="phrases" aria-label={t("customers:phrase.label")}>
      <div className="row g8 wrap grow">
        {conditions.length > 0 && <span className="t3">{t("customers:phrase.find")}</span>}
        {conditions.map((condition, at) => (
          <Fragment key={`${at} ${condition.field}`}>
            {at > 0 && <span className="t3">{t("customers:phrase.and")}</span>}
            <PhraseBox
              condition={condition}
              open={open === at}
              onOpen={(shown) => setOpen(shown ? at : null)}
              onChange={(changed) => put(at, changed)}
              onRemove={() => onChange(conditions.toSpliced(at, 1))}
            />
          </Fragment>
        ))}
        {conditions.length === 0 && <span className="t3">{t("customers:phrase.everyone")}</span>}
        <Editing
          open={open === conditions.length}
          onOpen={(shown) => setOpen(shown ? conditions.length : null)}
          content={fresh}
        >
          <Button type="text" className="add" icon={<Icon of={Plus} />}>
            {t("customers:phrase.add")}
          </Button>
        </Editing>
      </div>
      {view !== undefined && (conditions.length > 0 || narrowed) && (
        <div className="found" role="status">
          <div>
            <b>{count(view.count)}</b>{" "}
            <span className="t3">
              {view.all > 0
                ? t("customers:found.share", { share: percent(view.count / view.all, 2), count: view.count })
                : t("customers:found.people", { count: view.count })}
            </span>
          </div>
        </div>
      )}
    </section>
  );
}
