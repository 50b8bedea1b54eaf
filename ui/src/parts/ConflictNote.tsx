import { Button } from "antd";
import type { ReactNode } from "react";
import { useWords } from "../i18n/words";
import { Note } from "./Note";

interface Side {
  value: string;
  /** Who has it, since when. */
  whose: string;
}

interface ConflictNoteProps {
  /** The field, as people call it. */
  field: string;
  original: string | null;
  current: Side;
  mine: Side;
  onKeep: (which: "current" | "mine") => void;
}

/** Which characters of `value` are not in `other` at the same place, counted from both ends. */
export function differing(value: string, other: string): [from: number, to: number] {
  const a = [...value];
  const b = [...other];
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1;
  return [head, a.length - tail];
}

function Value({ value, other }: { value: string; other: string }): ReactNode {
  const characters = [...value];
  const [from, to] = differing(value, other);
  return (
    <div>
      {characters.slice(0, from).join("")}
      <b className="conf">{characters.slice(from, to).join("")}</b>
      {characters.slice(to).join("")}
    </div>
  );
}

/** Two values, both kept: side by side, the original above, two equal ways to settle. */
export function ConflictNote({ field, original, current, mine, onKeep }: ConflictNoteProps) {
  const t = useWords();
  return (
    <Note
      kind="conflict"
      title={t("parts:conflict.title", { field })}
      aside={original === null ? t("parts:conflict.was_empty") : t("parts:conflict.was", { value: original })}
    >
      <div className="or">
        <div>
          <Value value={current.value} other={mine.value} />
          <div className="sm t3">{current.whose}</div>
        </div>
        <div>
          <Value value={mine.value} other={current.value} />
          <div className="sm t3">{mine.whose}</div>
        </div>
      </div>
      <div className="row g8">
        <Button size="small" onClick={() => onKeep("current")}>
          {t("parts:conflict.keep")}
        </Button>
        <Button size="small" onClick={() => onKeep("mine")}>
          {t("parts:conflict.take")}
        </Button>
      </div>
    </Note>
  );
}
