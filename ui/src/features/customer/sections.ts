import type { Customer } from "../../bindings/nouns";

export type FieldId = keyof Customer;

/** How a field is typed. */
export type Typed =
  | "line"
  | "text"
  | "list"
  | "kind"
  | "parties"
  | "gender"
  | "day"
  | "calendar"
  | "channel"
  | "consent"
  | "store"
  | "person"
  | "customer";

export interface FieldPlan {
  id: FieldId;
  typed: Typed;
}

export type SectionId = "reach" | "habits" | "days" | "origin" | "remarks";

export interface SectionPlan {
  id: SectionId;
  fields: readonly FieldPlan[];
}

/** Every field of a customer stands in one section, in the order in which it is read. */
export const sections: readonly SectionPlan[] = [
  {
    id: "reach",
    fields: [
      { id: "preferred_channel", typed: "channel" },
      { id: "phone", typed: "line" },
      { id: "wechat", typed: "line" },
      { id: "landline", typed: "line" },
      { id: "other_phones", typed: "list" },
      { id: "email", typed: "line" },
      { id: "address", typed: "text" },
      { id: "tone", typed: "line" },
      { id: "consent", typed: "consent" },
    ],
  },
  {
    id: "habits",
    fields: [
      { id: "habits", typed: "text" },
      { id: "taboo", typed: "line" },
      { id: "buying_habits", typed: "text" },
      { id: "personality", typed: "text" },
      { id: "family", typed: "text" },
    ],
  },
  {
    id: "days",
    fields: [
      { id: "birthday", typed: "day" },
      { id: "birthday_calendar", typed: "calendar" },
      { id: "joined_on", typed: "day" },
    ],
  },
  {
    id: "origin",
    fields: [
      { id: "name", typed: "line" },
      { id: "reading", typed: "line" },
      { id: "member_no", typed: "line" },
      { id: "gender", typed: "gender" },
      { id: "kind", typed: "kind" },
      { id: "parties", typed: "parties" },
      { id: "company", typed: "line" },
      { id: "source", typed: "line" },
      { id: "store", typed: "store" },
      { id: "owner", typed: "person" },
      { id: "referred_by", typed: "customer" },
    ],
  },
  { id: "remarks", fields: [{ id: "remarks", typed: "text" }] },
];

function isNothing(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value === "string") return value.trim() === "";
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && Object.keys(value).length === 0;
}

function tidy(value: unknown): unknown {
  return typeof value === "string" ? value.trim() : value;
}

/** Only what changed; what was emptied is cleared. Nothing is sent that nobody typed. */
export function changes(
  before: Customer,
  draft: Customer,
  fields: readonly FieldPlan[],
): Record<string, unknown> {
  const changed: Record<string, unknown> = {};
  for (const { id } of fields) {
    const [old, now] = [before[id], tidy(draft[id])];
    if (isNothing(now)) {
      if (!isNothing(old)) changed[id] = null;
    } else if (JSON.stringify(old) !== JSON.stringify(now)) {
      changed[id] = now;
    }
  }
  return changed;
}

/** A typed day as the core keeps it: 1990-09-23, or --09-23 where the year is not known. Else `null`. */
export function dayOf(text: string): string | null {
  const two = (digits: string) => digits.padStart(2, "0");
  const [, year, month = "", day = ""] =
    /^(?:(\d{4})[-/.年]|--)?(\d{1,2})[-/.月](\d{1,2})日?$/.exec(text.trim().replace(/\s+/g, "")) ?? [];
  const [m, d] = [Number(month), Number(day)];
  if (m < 1 || m > 12 || d < 1 || d > 31) return null;
  return `${year ?? "-"}-${two(month)}-${two(day)}`;
}

/** The kept day as it is typed again. */
export function typedDay(day: string): string {
  return day.replace(/^--/, "");
}

export interface KeptDay {
  year: number | null;
  month: number;
  day: number;
}

export function readDay(day: string): KeptDay | null {
  const [, year, month, date] = /^(?:(\d{4})|-)-(\d{2})-(\d{2})$/.exec(day) ?? [];
  if (month === undefined || date === undefined) return null;
  return { year: year === undefined ? null : Number(year), month: Number(month), day: Number(date) };
}
