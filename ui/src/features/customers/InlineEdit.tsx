import { Input } from "antd";
import type { KeyboardEvent } from "react";
import { useState } from "react";
import type { CustomerRow } from "../../bindings/app";
import { useWords } from "../../i18n/words";
import { useFailureWords } from "../../i18n/failure";
import type { Failure } from "../../host/failure";
import { offerUndo } from "../../parts/UndoToast";
import { useAct } from "../../query/use";

export type SimpleField = "name" | "phone" | "member_no" | "company" | "birthday" | "joined_on";

/** Where the cell is, and what is typed over. */
export interface Edited {
  row: CustomerRow;
  field: SimpleField;
  top: number;
  left: number;
  width: number;
}

/** The value that the row shows for the field. */
export function valueOf(row: CustomerRow, field: SimpleField): string {
  return (field === "name" ? row.name : row[field]) ?? "";
}

function Refused({ failure }: { failure: Failure }) {
  return (
    <div className="err sm" role="alert">
      {useFailureWords(failure)}
    </div>
  );
}

/** One value typed over in its place: Enter or leaving keeps it, Esc does not. */
export function InlineEdit({ edited, onClose }: { edited: Edited; onClose: (refocus: boolean) => void }) {
  const t = useWords();
  const before = valueOf(edited.row, edited.field);
  const [text, setText] = useState(before);
  const edit = useAct("customer.edit");
  const save = (refocus: boolean) => {
    const value = text.trim();
    if (edit.isPending) return;
    if (value === before || (value === "" && edited.field === "name")) {
      onClose(refocus);
      return;
    }
    const fields = { [edited.field]: value === "" ? null : value };
    edit.mutate(
      { id: edited.row.id, fields },
      {
        onSuccess() {
          const back = { [edited.field]: before === "" ? null : before };
          offerUndo(t("customers:edited", { field: t(`nouns:customer.${edited.field}`) }), () =>
            edit.mutate({ id: edited.row.id, fields: back }),
          );
          onClose(refocus);
        },
      },
    );
  };
  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === "Enter") save(true);
    else if (event.key === "Escape") onClose(true);
  };
  return (
    <div className="inlineedit" style={{ top: edited.top, left: edited.left, minWidth: edited.width }}>
      <Input
        // eslint-disable-next-line jsx-a11y/no-autofocus -- F2 asked for it
        autoFocus
        value={text}
        status={edit.error === null ? "" : "error"}
        aria-label={t(`nouns:customer.${edited.field}`)}
        onChange={(event) => setText(event.target.value)}
        onFocus={(event) => event.target.select()}
        onKeyDown={onKeyDown}
        onBlur={() => edit.error === null && save(false)}
      />
      {edit.error !== null && <Refused failure={edit.error} />}
    </div>
  );
}
