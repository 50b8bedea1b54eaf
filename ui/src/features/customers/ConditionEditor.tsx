import { Button, Input, InputNumber, Segmented, Select } from "antd";
import type { KeyboardEvent } from "react";
import { useRef, useState } from "react";
import type { Condition } from "../../bindings/app";
import { useWords } from "../../i18n/words";
import type { Draft, Field } from "./conditions";
import { comparisons, conditionOf, emptyDraft, fieldOf, fields } from "./conditions";
import { useChoices, useFieldName } from "./phrase";

interface EditorProps {
  draft: Draft | null;
  onDone: (condition: Condition) => void;
  onCancel: () => void;
}

interface ValueProps {
  field: Field;
  draft: Draft;
  onChange: (patch: Partial<Draft>) => void;
}

function Value({ field, draft, onChange }: ValueProps) {
  const t = useWords();
  const choices = useChoices(field.asked);
  if (draft.is === "set" || draft.is === "unset") return null;
  if (draft.is === "one_of" || draft.is === "is_not") {
    const many = draft.is === "one_of";
    return (
      <Select
        // eslint-disable-next-line jsx-a11y/no-autofocus -- the editor was asked for: its value is what comes next
        autoFocus
        aria-label={t("customers:editor.value")}
        {...(many ? { mode: "multiple" as const } : {})}
        value={many ? [...draft.chosen] : draft.chosen[0]}
        options={[...choices]}
        placeholder={t("customers:editor.choose")}
        onChange={(value: string | string[]) => onChange({ chosen: Array.isArray(value) ? value : [value] })}
      />
    );
  }
  if (field.asked === "text") {
    return (
      <Input
        // eslint-disable-next-line jsx-a11y/no-autofocus -- see above
        autoFocus
        aria-label={t("customers:editor.value")}
        value={draft.text}
        onChange={(event) => onChange({ text: event.target.value })}
      />
    );
  }
  const unit = field.asked === "days" ? t("customers:editor.days") : field.asked === "money" ? "¥" : null;
  const numeric = (
    label: string,
    value: number | null,
    set: (value: number | null) => void,
    first: boolean,
  ) => (
    <InputNumber
      // eslint-disable-next-line jsx-a11y/no-autofocus -- see above
      autoFocus={first}
      className="grow"
      aria-label={label}
      min={0}
      precision={field.asked === "money" ? 2 : 0}
      value={value}
      suffix={unit}
      onChange={set}
    />
  );
  return (
    <div className="row g8">
      {draft.is !== "at_most" &&
        numeric(t("customers:editor.from"), draft.low, (low) => onChange({ low }), true)}
      {draft.is === "between" && <span className="t3">{t("customers:editor.to")}</span>}
      {draft.is !== "at_least" &&
        numeric(
          t("customers:editor.up_to"),
          draft.high,
          (high) => onChange({ high }),
          draft.is === "at_most",
        )}
    </div>
  );
}

/** Puts one condition together: the field, how it is compared, with what. Enter takes it, Esc leaves it. */
export function ConditionEditor({ draft: opened, onDone, onCancel }: EditorProps) {
  const t = useWords();
  const name = useFieldName();
  const [draft, setDraft] = useState(opened);
  const field = draft === null ? undefined : fieldOf(draft.field);
  const condition = draft === null ? null : conditionOf(draft);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      onCancel();
    } else if (event.key === "Enter" && condition !== null && !(event.target instanceof HTMLButtonElement)) {
      const open = event.currentTarget.querySelector('[aria-expanded="true"]');
      if (open === null) onDone(condition);
    }
  };
  // Before the list of fields hears it: with nothing chosen yet, one Esc is enough.
  const onFirstEscape = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || draft !== null) return;
    event.stopPropagation();
    onCancel();
  };
  const editor = useRef<HTMLDivElement>(null);
  /** Another key opened something else meanwhile: two things cannot be asked at once. */
  const onBlur = () =>
    void setTimeout(() => {
      const focused = document.activeElement;
      if (focused === null || focused === document.body || editor.current === null) return;
      if (!editor.current.contains(focused) && focused.closest(".phrases") === null) onCancel();
    });
  return (
    // The keys are those of the fields within: this only hears them pass.
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions
    <div
      ref={editor}
      className="conditioneditor"
      onKeyDownCapture={onFirstEscape}
      onKeyDown={onKeyDown}
      onBlur={onBlur}
    >
      <Select
        // eslint-disable-next-line jsx-a11y/no-autofocus -- the editor was asked for: the field comes first
        autoFocus={draft === null}
        defaultOpen={draft === null}
        showSearch={{ optionFilterProp: "label" }}
        aria-label={t("customers:editor.field")}
        placeholder={t("customers:editor.field")}
        value={draft?.field}
        options={fields.map(({ id }) => ({ value: id, label: name(id) }))}
        onChange={(id) => {
          const chosen = fieldOf(id);
          if (chosen !== undefined) setDraft(emptyDraft(chosen));
        }}
      />
      {draft !== null && field !== undefined && (
        <>
          <Segmented
            aria-label={t("customers:editor.is")}
            value={draft.is}
            options={comparisons(field.asked).map((is) => ({ value: is, label: t(`customers:is.${is}`) }))}
            onChange={(is) => setDraft({ ...draft, is })}
          />
          <Value
            key={`${draft.field} ${draft.is}`}
            field={field}
            draft={draft}
            onChange={(patch) => setDraft({ ...draft, ...patch })}
          />
        </>
      )}
      <div className="row g8">
        <Button disabled={condition === null} onClick={() => condition !== null && onDone(condition)}>
          {t("customers:editor.done")}
        </Button>
        <Button type="text" onClick={onCancel}>
          {t("customers:editor.cancel")}
        </Button>
      </div>
    </div>
  );
}
