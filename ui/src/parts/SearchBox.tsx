import { Search } from "lucide-react";
import type { KeyboardEvent, ReactNode, RefObject } from "react";
import { useRef } from "react";
import { useAnyLetter, useSearchTarget } from "../shell/searchFocus";
import { Icon } from "./Icon";
import { Kbd } from "./Kbd";

interface SearchBoxProps {
  value: string;
  onChange: (text: string) => void;
  label: string;
  placeholder?: string;
  /** 56 px with 22 px type at the counter; 32 px elsewhere. */
  large?: boolean;
  /** Any letter typed outside a field lands here. */
  anyLetter?: boolean;
  autoFocus?: boolean;
  /** At the right end: how many were found, the key that clears. */
  children?: ReactNode;
  /** The list it steers, for screen readers. */
  controls?: string;
  activeDescendant?: string;
  expanded?: boolean;
  onKeyDown?: (event: KeyboardEvent<HTMLInputElement>) => void;
  field?: RefObject<HTMLInputElement | null>;
}

/** The one box; `/` reaches it from anywhere on the screen. */
export function SearchBox({
  value,
  onChange,
  label,
  placeholder,
  large = false,
  anyLetter = false,
  autoFocus = false,
  children,
  controls,
  activeDescendant,
  expanded,
  onKeyDown,
  field,
}: SearchBoxProps) {
  const own = useRef<HTMLInputElement>(null);
  const box = field ?? own;
  useSearchTarget(box);
  useAnyLetter(box, anyLetter);
  const list =
    controls === undefined
      ? {}
      : {
          role: "combobox",
          "aria-controls": controls,
          "aria-expanded": expanded ?? false,
          "aria-autocomplete": "list" as const,
          "aria-activedescendant": activeDescendant,
        };
  return (
    // A label, so that a click anywhere in the frame puts the caret in the field.
    <label className={large ? "find" : "find small"}>
      <Icon of={Search} size={large ? 20 : 16} />
      <input
        ref={box}
        type="text"
        data-testid="search-box"
        inputMode="search"
        enterKeyHint="search"
        autoComplete="off"
        spellCheck={false}
        // The counter is for searching: whoever opens it starts to type. (jsx-a11y: see the mocks' focus.)
        // eslint-disable-next-line jsx-a11y/no-autofocus
        autoFocus={autoFocus}
        value={value}
        aria-label={label}
        placeholder={placeholder}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={onKeyDown}
        {...list}
      />
      {children ?? (value === "" && <Kbd>/</Kbd>)}
    </label>
  );
}
