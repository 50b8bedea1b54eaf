import { useEffect, useSyncExternalStore } from "react";
import { useWords } from "../i18n/words";

interface Undoable {
  id: number;
  text: string;
  undo: () => void;
}

const life = 6_000;
const listeners = new Set<() => void>();
let shown: readonly Undoable[] = [];
let next = 0;

function change(to: readonly Undoable[]): void {
  shown = to;
  listeners.forEach((listener) => listener());
}

/** The only toast there is: for what can be undone, for six seconds. */
export function offerUndo(text: string, undo: () => void): void {
  next += 1;
  // A second one pushes the first out: two 撤销 side by side make people hit the wrong one.
  change([{ id: next, text, undo }]);
}

function close(id: number): void {
  change(shown.filter((one) => one.id !== id));
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function Toast({ one }: { one: Undoable }) {
  const t = useWords();
  useEffect(() => {
    const timer = setTimeout(() => close(one.id), life);
    return () => clearTimeout(timer);
  }, [one.id]);
  return (
    <div className="toast">
      <span>{one.text}</span>
      <button
        type="button"
        className="bare"
        onClick={() => {
          one.undo();
          close(one.id);
        }}
      >
        {t("parts:undo")}
      </button>
    </div>
  );
}

/** Where the toast appears; the frame holds one. */
export function UndoToasts() {
  const toasts = useSyncExternalStore(subscribe, () => shown);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {toasts.map((one) => (
        <Toast key={one.id} one={one} />
      ))}
    </div>
  );
}
