import { Button, Modal } from "antd";
import { useState } from "react";
import type { ConflictRow } from "../../bindings/app";
import { Refused } from "../../forms/Refused";
import type { Choice } from "../../forms/settling";
import { sidesOf, useSettling } from "../../forms/settling";
import { fieldWord } from "../../i18n/fields";
import { count } from "../../i18n/figures";
import { useValueWords } from "../../i18n/values";
import { useWords } from "../../i18n/words";

const choices = ["standing", "other", "original"] as const;

/** What becomes of one conflict, before it does. */
function Preview({ row, choice }: { row: ConflictRow; choice: (typeof choices)[number] }) {
  const t = useWords();
  const words = useValueWords();
  const { standing, other } = sidesOf(row);
  const nothing = t("parts:conflict.empty");
  const now = words(row.field, standing.value, standing.label) ?? nothing;
  const then =
    choice === "original"
      ? words(row.field, row.original, row.original_label)
      : choice === "other"
        ? words(row.field, other.value, other.label)
        : now;
  return (
    <tr>
      <td>
        <b>{row.name}</b> <span className="t3">{fieldWord(row.field, t)}</span>
      </td>
      <td className="t2">{now}</td>
      <td>{choice === "standing" ? t("sync:conflict.stays") : (then ?? nothing)}</td>
    </tr>
  );
}

/** Settles what is ticked, all the same way, after showing what each becomes. */
export function SettleMany({ rows, onDone }: { rows: readonly ConflictRow[]; onDone: () => void }) {
  const t = useWords();
  const [choice, setChoice] = useState<(typeof choices)[number] | null>(null);
  const { settle, busy, failure } = useSettling();
  if (rows.length === 0) return <span className="sm t3">{t("sync:conflict.many")}</span>;
  const confirm = async (chosen: Choice) => {
    await settle(rows, chosen);
    setChoice(null);
    onDone();
  };
  const figure = { figure: count(rows.length), count: rows.length };
  return (
    <>
      {choices.map((one) => (
        <Button key={one} size="small" disabled={busy} onClick={() => setChoice(one)}>
          {t(`sync:conflict.take.${one}`)}
        </Button>
      ))}
      <Refused failure={failure} />
      <Modal
        open={choice !== null}
        title={choice === null ? "" : t(`sync:conflict.preview.${choice}`, figure)}
        okText={t("sync:conflict.confirm", figure)}
        cancelText={t("sync:conflict.cancel")}
        okButtonProps={{ disabled: busy }}
        onOk={() => choice !== null && void confirm(choice)}
        onCancel={() => setChoice(null)}
        width={640}
      >
        <div className="scroll settlepreview">
          <table>
            <thead>
              <tr>
                <th scope="col">{t("sync:column.what")}</th>
                <th scope="col">{t("sync:conflict.now")}</th>
                <th scope="col">{t("sync:conflict.then")}</th>
              </tr>
            </thead>
            <tbody>
              {choice !== null && rows.map((row) => <Preview key={row.id} row={row} choice={choice} />)}
            </tbody>
          </table>
        </div>
      </Modal>
    </>
  );
}
