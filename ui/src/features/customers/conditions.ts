import type { Comparison, Condition } from "../../bindings/app";

/** How a field is asked for: decides the comparisons that make sense and the control for the value. */
export type Asked = "tier" | "tag" | "days" | "money" | "number" | "text" | "channel" | "store" | "person";

export interface Field {
  id: FieldId;
  asked: Asked;
}

export const fields = [
  { id: "tier", asked: "tier" },
  { id: "tag", asked: "tag" },
  { id: "last_sale_days", asked: "days" },
  { id: "spent_12_months", asked: "money" },
  { id: "spent", asked: "money" },
  { id: "sales", asked: "number" },
  { id: "points", asked: "number" },
  { id: "store", asked: "store" },
  { id: "owner", asked: "person" },
  { id: "preferred_channel", asked: "channel" },
  { id: "name", asked: "text" },
  { id: "phone", asked: "text" },
  { id: "member_no", asked: "text" },
  { id: "company", asked: "text" },
  { id: "address", asked: "text" },
  { id: "taboo", asked: "text" },
  { id: "habits", asked: "text" },
  { id: "remarks", asked: "text" },
] as const satisfies readonly { id: string; asked: Asked }[];

export type FieldId = (typeof fields)[number]["id"];

export function fieldOf(id: string): Field | undefined {
  return fields.find((field) => field.id === id);
}

const measures: readonly Comparison[] = ["at_least", "at_most", "between"];
const choices: readonly Comparison[] = ["one_of", "is_not", "unset"];
const texts: readonly Comparison[] = ["contains", "is", "set", "unset"];

/** The comparisons offered for a field, the usual one first. */
export function comparisons(asked: Asked): readonly Comparison[] {
  switch (asked) {
    case "days":
      return ["between", "at_least", "at_most", "unset"];
    case "money":
    case "number":
      return measures;
    case "tier":
      return ["one_of", "is_not"];
    case "tag":
    case "channel":
    case "store":
    case "person":
      return choices;
    case "text":
      return texts;
  }
}

/** What the editor holds while a condition is being put together. Money is in yuan here, as it is typed. */
export interface Draft {
  field: FieldId;
  is: Comparison;
  text: string;
  chosen: readonly string[];
  low: number | null;
  high: number | null;
}

export function emptyDraft(field: Field): Draft {
  return {
    field: field.id,
    is: comparisons(field.asked)[0] ?? "is",
    text: "",
    chosen: [],
    low: null,
    high: null,
  };
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : value === null || value === undefined ? [] : [value];
}

function numberAt(list: readonly unknown[], at: number, scale: number): number | null {
  const value = list[at];
  return typeof value === "number" ? value / scale : null;
}

/** A condition opened for a change. A field that this version does not offer cannot be edited, only taken off. */
export function draftOf(condition: Condition): Draft | null {
  const field = fieldOf(condition.field);
  if (field === undefined) return null;
  const list = listOf(condition.value);
  const scale = field.asked === "money" ? 100 : 1;
  const first = numberAt(list, 0, scale);
  const only = condition.is === "at_most";
  return {
    field: field.id,
    is: condition.is,
    text: field.asked === "text" && typeof list[0] === "string" ? list[0] : "",
    chosen: list.filter((one) => typeof one === "string"),
    low: only ? null : first,
    high: only ? first : numberAt(list, 1, scale),
  };
}

/** The draft as the core wants it, or `null` while something is still missing. */
export function conditionOf(draft: Draft): Condition | null {
  const field = fieldOf(draft.field);
  if (field === undefined) return null;
  const made = (value: unknown): Condition => ({ field: draft.field, is: draft.is, value });
  if (draft.is === "set" || draft.is === "unset") return made(null);
  const fen = (value: number) => (field.asked === "money" ? Math.round(value * 100) : Math.round(value));
  switch (draft.is) {
    case "at_least":
      return draft.low === null ? null : made(fen(draft.low));
    case "at_most":
      return draft.high === null ? null : made(fen(draft.high));
    case "between": {
      if (draft.low === null || draft.high === null) return null;
      const pair = [fen(draft.low), fen(draft.high)];
      return made(pair.sort((a, b) => a - b));
    }
    case "one_of":
      return draft.chosen.length === 0 ? null : made([...draft.chosen]);
    case "is_not":
      return draft.chosen[0] === undefined ? null : made(draft.chosen[0]);
    case "is":
    case "contains": {
      const text = draft.text.trim();
      return text === "" ? null : made(text);
    }
  }
}
