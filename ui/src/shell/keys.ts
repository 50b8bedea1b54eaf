/**
 * Every key of the product, in one table. A screen says what a key does (`useKeys`); what it is called, where it
 * counts and how it is written stand here, so that the status bar, the sheet of all keys and the handlers agree.
 */
export interface KeyRow {
  /** Chords: `Mod` is Ctrl, and ⌘ on a Mac. Several mean the same thing. */
  on: readonly string[];
  /** Fires while a field has the focus. F keys and chords with Mod or Alt always do. */
  typing?: true;
  /** Shown in the status bar while it does something. */
  cap?: true;
  /** How the cap is written where the chords alone would not say it. */
  written?: string;
}

export const keys = {
  "shell.search": { on: ["/"], cap: true },
  "counter.choose": { on: ["ArrowUp", "ArrowDown"], typing: true, cap: true, written: "↑↓" },
  "counter.attach": { on: ["Enter"], typing: true, cap: true },
  "counter.file": { on: ["Mod+Enter"] },
  "counter.create": { on: ["Mod+N"] },
  "counter.clear": { on: ["Escape"], typing: true },
  "counter.quantity": { on: ["F2"], cap: true },
  "counter.item": { on: ["F3"] },
  "counter.redeem": { on: ["F4"] },
  "counter.activity": { on: ["F5"] },
  "counter.discount": { on: ["F6"], cap: true },
  "counter.coupon": { on: ["F7"] },
  "counter.hold": { on: ["F8"], cap: true },
  "counter.pay": { on: ["F9"], cap: true },
  "customers.create": { on: ["Mod+N"] },
  "customers.edit": { on: ["F2"], cap: true },
  "customers.filter": { on: ["Mod+E"], cap: true },
  "customers.jump": { on: ["Mod+G"], cap: true },
  "customer.back": { on: ["Alt+ArrowLeft"], cap: true },
  "customer.note": { on: ["N"], cap: true },
  "customer.edit": { on: ["E"], cap: true },
  "customer.kind": { on: ["1", "2", "3", "4", "5"], cap: true, written: "1 – 5" },
  "today.move": { on: ["J", "K", "ArrowUp", "ArrowDown"], cap: true, written: "J K" },
  "today.open": { on: ["Enter"], cap: true },
  "today.done": { on: ["X"], cap: true },
  "today.postpone": { on: ["S"], cap: true },
  "today.note": { on: ["N"], cap: true },
  "grid.move": { on: [], cap: true, written: "↑↓" },
  "grid.tick": { on: [], cap: true, written: "Space" },
  "grid.range": { on: [], cap: true, written: "Shift ↑↓" },
  "grid.open": { on: [], cap: true, written: "Enter" },
  "shell.switch": { on: ["Mod+L"] },
  "shell.keys": { on: ["?"] },
  "shell.larger": { on: ["Mod+=", "Mod++"] },
  "shell.smaller": { on: ["Mod+-"] },
  "shell.plain": { on: ["Mod+0"] },
  "shell.room1": { on: ["Alt+1"] },
  "shell.room2": { on: ["Alt+2"] },
  "shell.room3": { on: ["Alt+3"] },
  "shell.room4": { on: ["Alt+4"] },
  "shell.room5": { on: ["Alt+5"] },
  "shell.room6": { on: ["Alt+6"] },
} as const satisfies Record<string, KeyRow>;

export type KeyId = keyof typeof keys;

/** The table's own order. */
export const keyIds = Object.keys(keys) as KeyId[];

export function keyRow(id: KeyId): KeyRow {
  return keys[id];
}

export const onMac = /mac/i.test(navigator.platform);

const macFunction = /^F([2-9])$/;

/** The chord as this platform has it: ⌘2 … ⌘9 stand for F2 … F9 on a Mac. */
export function onPlatform(chord: string, mac: boolean): string {
  return mac ? chord.replace(macFunction, "Mod+$1") : chord;
}

const written: Record<string, string> = {
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  Escape: "Esc",
};

/** How a chord is written on a cap: Ctrl N, ⌘N, Esc. */
export function writeChord(chord: string, mac: boolean): string {
  const parts = onPlatform(chord, mac).split(/\+(?=.)/);
  const words = parts.map((part) => {
    if (part === "Mod") return mac ? "⌘" : "Ctrl";
    if (part === "Alt") return mac ? "⌥" : "Alt";
    return written[part] ?? part;
  });
  return words.join(mac ? "" : " ");
}

export function writeKey(id: KeyId, mac = onMac): string {
  const row = keyRow(id);
  return row.written ?? writeChord(row.on[0] ?? "", mac);
}

/** The part of a keyboard event that chords are made of. */
export interface Stroke {
  key: string;
  code: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

const fullWidth: Record<string, string> = { "？": "?", "／": "/", "、": "/" };

function sameKey(wanted: string, stroke: Stroke, byCode: boolean): boolean {
  if (/^[A-Z]$/.test(wanted)) {
    // With Alt a Mac types å for A: the place of the key counts there, its letter everywhere else.
    return byCode ? stroke.code === `Key${wanted}` : stroke.key.toUpperCase() === wanted;
  }
  if (/^\d$/.test(wanted) && byCode) return stroke.code === `Digit${wanted}`;
  return (fullWidth[stroke.key] ?? stroke.key) === wanted;
}

/** Whether the stroke is the chord, on this platform. */
export function matches(chord: string, stroke: Stroke, mac: boolean): boolean {
  const parts = onPlatform(chord, mac).split(/\+(?=.)/);
  const wanted = parts.at(-1) ?? "";
  const mod = parts.includes("Mod");
  const alt = parts.includes("Alt");
  const pressedMod = mac ? stroke.metaKey : stroke.ctrlKey;
  const otherMod = mac ? stroke.ctrlKey : stroke.metaKey;
  if (pressedMod !== mod || otherMod || stroke.altKey !== alt) return false;
  // Shift makes the sign (? on most layouts) but turns a letter, an arrow or an F key into another chord.
  if (stroke.shiftKey && /^([A-Z]|F\d+|Arrow\w+|Enter|Escape)$/.test(wanted)) return false;
  return sameKey(wanted, stroke, alt);
}

/** Whether the row may fire while somebody types in a field. */
export function firesWhileTyping(row: KeyRow, chord: string): boolean {
  return row.typing === true || /^(Mod|Alt)\+/.test(chord) || /^F\d+$/.test(chord);
}
