import { Button } from "antd";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { useWords } from "../i18n/words";
import { Icon } from "./Icon";
import { Note } from "./Note";

export interface ConflictSide {
  /** In words; empty where somebody cleared the field. */
  value: string;
  /** Who has it, since when. */
  whose: ReactNode;
}

interface ConflictNoteProps {
  /** The field, as people call it. */
  field: string;
  original: string | null;
  current: ConflictSide;
  /** What does not stand: the reader's own, or another's. */
  mine: ConflictSide;
  /** Whether `mine` was written here. */
  own?: boolean;
  /** What yet others wrote. */
  others?: readonly ConflictSide[];
  disabled?: boolean;
  onKeep: (which: "current" | "mine") => void;
  onOriginal?: (() => void) | undefined;
  onOther?: (place: number) => void;
  /** Puts the note away without choosing; it waits in the list. */
  onClose?: () => void;
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

/** A value with what tells it from the other one marked, and the word for nothing where it is empty. */
export function Differing({ value, other }: { value: string; other: string }): ReactNode {
  const t = useWords();
  if (value === "") return <span className="t3">{t("parts:conflict.empty")}</span>;
  const characters = [...value];
  const [from, to] = differing(value, other);
  return (
    <>
      {characters.slice(0, from).join("")}
      <b className="conf">{characters.slice(from, to).join("")}</b>
      {characters.slice(to).join("")}
    </>
  );
}

/** Two values, both kept: side by side, the original above, two equal ways to settle. */
export function ConflictNote({
  field,
  original,
  current,
  mine,
  own = true,
  others = [],
  disabled = false,
  onKeep,
  onOriginal,
  onOther,
  onClose,
}: ConflictNoteProps) {
  const t = useWords();
  return (
    <Note
      kind="conflict"
      title={t("parts:conflict.title", { field, count: others.length + 2, figure: others.length + 2 })}
      aside={original === null ? t("parts:conflict.was_empty") : t("parts:conflict.was", { value: original })}
      action={
        onClose === undefined ? undefined : (
          <button
            type="button"
            className="bare t3"
            aria-label={t("parts:conflict.later")}
            title={t("parts:conflict.later")}
            onClick={onClose}
          >
            <Icon of={X} />
          </button>
        )
      }
    >
      <div className="or">
        <div>
          <div>
            <Differing value={current.value} other={mine.value} />
          </div>
          <div className="sm t3">{current.whose}</div>
        </div>
        <div>
          <div>
            <Differing value={mine.value} other={current.value} />
          </div>
          <div className="sm t3">{mine.whose}</div>
        </div>
      </div>
      <div className="row g8 wrap">
        <Button
          size="small"
          disabled={disabled}
          data-testid="conflict-keep"
          onClick={() => onKeep("current")}
        >
          {t("parts:conflict.keep")}
        </Button>
        <Button size="small" disabled={disabled} data-testid="conflict-take" onClick={() => onKeep("mine")}>
          {t(own ? "parts:conflict.take" : "parts:conflict.take_else")}
        </Button>
        {onOriginal !== undefined && (
          <button type="button" className="bare acc sm" disabled={disabled} onClick={onOriginal}>
            {t("parts:conflict.back")}
          </button>
        )}
      </div>
      {others.length > 0 && (
        <ul className="others">
          {others.map((other, place) => (
            <li key={place} className="row g8">
              <span className="grow">
                <Differing value={other.value} other={current.value} />{" "}
                <span className="sm t3">{other.whose}</span>
              </span>
              <button
                type="button"
                className="bare acc sm"
                disabled={disabled}
                onClick={() => onOther?.(place)}
              >
                {t("parts:conflict.use")}
              </button>
            </li>
          ))}
        </ul>
      )}
    </Note>
  );
}
