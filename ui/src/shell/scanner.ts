import { useEffect, useRef } from "react";

/** Faster than a hand: a scanner is a keyboard that sends a key within 30 ms of the last. */
const quick = 30;
/** Shorter than this is no code. */
const shortest = 4;

/** What the reader needs to know of a keyboard event. */
export interface Press {
  key: string;
  code: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  timeStamp: number;
}

/** An input method hides the key; the place on the keyboard still tells which one it was. */
function characterOf(press: Press): string | null {
  if (press.ctrlKey || press.metaKey || press.altKey) return null;
  const plain = press.key.normalize("NFKC");
  if (plain.length === 1 && plain >= "!" && plain <= "~") return plain;
  if (press.key !== "Process" && press.key !== "Unidentified") return null;
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(press.code)?.[1];
  if (digit !== undefined) return digit;
  const letter = /^Key([A-Z])$/.exec(press.code)?.[1];
  if (letter !== undefined) return press.shiftKey ? letter : letter.toLowerCase();
  return press.code === "Minus" || press.code === "NumpadSubtract" ? "-" : null;
}

const isEnter = (press: Press) =>
  press.key === "Enter" || press.code === "Enter" || press.code === "NumpadEnter";

/** Tells a scanner's burst from typing. Pure: time comes with the keys. */
export class ScanReader {
  private text = "";
  private last = Number.NEGATIVE_INFINITY;

  /** `began` where a burst may start with this key, `read` with the code where one ended with it. */
  press(press: Press): { began: boolean; read: string | null } {
    if (/^(Shift|CapsLock|NumLock)$/.test(press.key)) return { began: false, read: null };
    const near = press.timeStamp - this.last < quick;
    if (isEnter(press)) {
      const read = near && this.text.length >= shortest ? this.text : null;
      this.reset();
      return { began: false, read };
    }
    const character = characterOf(press);
    if (character === null) {
      this.reset();
      return { began: false, read: null };
    }
    this.text = near ? this.text + character : character;
    this.last = press.timeStamp;
    return { began: !near, read: null };
  }

  private reset(): void {
    this.text = "";
    this.last = Number.NEGATIVE_INFINITY;
  }
}

type Field = HTMLInputElement | HTMLTextAreaElement;

/** A burst that ended in Enter. What it means is for the screen in front to say. */
export interface Scan {
  code: string;
  /** The field it was typed into, if one had the focus. */
  field: Field | null;
  /** Takes the typed characters out of that field again. */
  restore: () => void;
  /** It was no scan after all: the Enter that was held back is done now. */
  passOn: () => void;
}

function isTextField(element: Element | null): element is Field {
  return (
    element instanceof HTMLTextAreaElement ||
    (element instanceof HTMLInputElement &&
      /^(text|search|tel|email|number|url|password)$/.test(element.type))
  );
}

/** Sets a field's text so that React hears of it. */
function write(field: Field, text: string): void {
  const prototype =
    field instanceof HTMLInputElement ? HTMLInputElement.prototype : HTMLTextAreaElement.prototype;
  Reflect.set(prototype, "value", text, field);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

type Listener = (scan: Scan) => void;
let listeners: readonly Listener[] = [];
/** Enters that this file sent itself. */
const own = new WeakSet<Event>();

function passOn(field: Field | null): void {
  if (field === null) return;
  const enter = new KeyboardEvent("keydown", {
    key: "Enter",
    code: "Enter",
    bubbles: true,
    cancelable: true,
  });
  own.add(enter);
  // A made event does not submit a form by itself.
  if (field.dispatchEvent(enter)) field.form?.requestSubmit();
}

/**
 * Hears every key before the composition guard does, because a scanner also types while a Chinese input method is
 * on. It takes nothing but the Enter that ends a burst, and that only where a screen listens for scans.
 */
export function listenForScans(target: Window): () => void {
  const reader = new ScanReader();
  let field: Field | null = null;
  let before = "";
  const heard = (event: KeyboardEvent) => {
    if (own.has(event)) return;
    const { began, read } = reader.press(event);
    if (began) {
      field = isTextField(document.activeElement) ? document.activeElement : null;
      before = field?.value ?? "";
    }
    const listener = listeners.at(-1);
    if (read === null || listener === undefined) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const [place, text] = [field, before];
    listener({
      code: read,
      field: place,
      restore: () => {
        if (place !== null) write(place, text);
      },
      passOn: () => passOn(place),
    });
  };
  target.addEventListener("keydown", heard, { capture: true });
  return () => target.removeEventListener("keydown", heard, { capture: true });
}

/** What a scan means while this part is on the screen. */
export function useScans(listener: Listener): void {
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => {
    const heard: Listener = (scan) => latest.current(scan);
    listeners = [...listeners, heard];
    return () => {
      listeners = listeners.filter((one) => one !== heard);
    };
  }, []);
}
