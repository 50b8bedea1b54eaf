import { Button, Input, Segmented } from "antd";
import type { TextAreaRef } from "antd/es/input/TextArea";
import { Pencil } from "lucide-react";
import type { KeyboardEvent, Ref } from "react";
import { useImperativeHandle, useRef, useState } from "react";
import { Refused } from "../../forms/Refused";
import { useWords } from "../../i18n/words";
import { Icon } from "../../parts/Icon";
import { Kbd } from "../../parts/Kbd";
import { entryKind, interactionKinds } from "../../parts/kinds";
import { useAct } from "../../query/use";
import { onMac } from "../../shell/keys";

export interface NoteHandle {
  focus: () => void;
}

/** What they said, what was promised: opens where it stands, kept until it is saved. */
export function NoteBox({ customer, handle }: { customer: string; handle: Ref<NoteHandle> }) {
  const t = useWords();
  const [open, setOpen] = useState(false);
  const [text, setText] = useState("");
  const [kind, setKind] = useState<(typeof interactionKinds)[number]>("note");
  const field = useRef<TextAreaRef>(null);
  const add = useAct("interaction.add");
  useImperativeHandle(handle, () => ({
    focus() {
      setOpen(true);
      field.current?.focus();
    },
  }));
  const close = () => {
    setOpen(false);
    field.current?.blur();
  };
  const save = () => {
    if (text.trim() === "" || add.isPending) return;
    add.mutate(
      { customer, kind, text: text.trim() },
      {
        onSuccess() {
          setText("");
          setKind("note");
          close();
        },
      },
    );
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      close();
    } else if (event.key === "Enter" && (onMac ? event.metaKey : event.ctrlKey)) {
      event.preventDefault();
      save();
    }
  };
  const shown = open || text !== "";
  return (
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions -- hears the fields' own keys pass
    <div className={shown ? "notebox open" : "notebox"} onKeyDown={onKeyDown}>
      <div className="row g8 top">
        <span className="t3 notepen">
          <Icon of={Pencil} size={14} />
        </span>
        <Input.TextArea
          ref={field}
          variant="borderless"
          className="grow"
          data-testid="note"
          autoSize={{ minRows: shown ? 2 : 1, maxRows: 8 }}
          value={text}
          placeholder={t("customer:note.placeholder")}
          aria-label={t("customer:note.label")}
          onFocus={() => setOpen(true)}
          onChange={(event) => setText(event.target.value)}
        />
        {!shown && <Kbd>N</Kbd>}
      </div>
      {shown && (
        <div className="row g8 wrap notefoot">
          <Segmented
            size="small"
            aria-label={t("customer:note.kind")}
            value={kind}
            options={interactionKinds.map((one) => ({ value: one, label: t(entryKind(one).word) }))}
            onChange={setKind}
          />
          <span className="grow" />
          <Button size="small" type="text" onClick={close}>
            {t("customer:cancel")}
          </Button>
          <Button size="small" disabled={text.trim() === ""} onClick={save}>
            {t("customer:note.save")}
            <Kbd>{onMac ? "⌘↵" : "Ctrl ↵"}</Kbd>
          </Button>
        </div>
      )}
      <Refused failure={add.error} />
    </div>
  );
}
