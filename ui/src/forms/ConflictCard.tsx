import type { ReactNode } from "react";
import type { ConflictRow, ConflictSide } from "../bindings/app";
import { fieldWord } from "../i18n/fields";
import { useFormat } from "../i18n/format";
import { useValueWords } from "../i18n/values";
import { useWords } from "../i18n/words";
import { ConflictNote } from "../parts/ConflictNote";
import { Facts } from "../parts/Facts";
import { Refused } from "./Refused";
import type { Choice } from "./settling";
import { sidesOf, useSettling } from "./settling";

/** Who wrote a side, where and when. */
export function Whose({ side, standing }: { side: ConflictSide; standing: boolean }): ReactNode {
  const t = useWords();
  const format = useFormat();
  return (
    <Facts
      items={[
        standing && t("parts:conflict.standing"),
        side.person,
        side.here ? t("parts:conflict.here") : side.device,
        format.dayAndTime(new Date(side.at)),
      ]}
    />
  );
}

/** One conflict with the core's data, wherever it is shown. */
export function ConflictCard({ row, onClose }: { row: ConflictRow; onClose?: () => void }) {
  const t = useWords();
  const words = useValueWords();
  const { settle, busy, failure } = useSettling();
  const { standing, other } = sidesOf(row);
  const shown = (side: ConflictSide) => ({
    value: words(row.field, side.value, side.label) ?? "",
    whose: <Whose side={side} standing={side === standing} />,
  });
  const choose = (choice: Choice) => void settle([row], choice);
  return (
    <div className="conflictcard">
      <ConflictNote
        field={fieldWord(row.field, t)}
        original={words(row.field, row.original, row.original_label)}
        current={shown(standing)}
        mine={shown(other)}
        own={other.here}
        others={row.others.map(shown)}
        disabled={busy}
        onKeep={(which) => choose(which === "current" ? "standing" : "other")}
        onOriginal={() => choose("original")}
        onOther={choose}
        {...(onClose === undefined ? {} : { onClose })}
      />
      <Refused failure={failure} />
    </div>
  );
}
