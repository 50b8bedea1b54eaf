import type { Off } from "../../forms/amounts";
import type { Attached, Draft, Line } from "./draft";
import { emptyDraft, withApproval, withCoupon } from "./draft";

/** How a sale can be paid; recorded, never processed. */
export const tenders = ["cash", "card", "wechat_pay", "alipay"] as const;
export type TenderKind = (typeof tenders)[number];

/** A sale put aside. */
export interface Held {
  id: string;
  at: number;
  draft: Draft;
}

export function putAside(draft: Draft): Held {
  return { id: crypto.randomUUID(), at: Date.now(), draft };
}

/** A held sale comes back; what is on the counter meanwhile is put aside in its turn, never lost. */
export function takenBack(kept: Kept, one: Held): Kept {
  const aside = kept.draft.lines.length > 0 ? [putAside(kept.draft)] : [];
  return { ...kept, draft: one.draft, held: [...kept.held.filter((other) => other.id !== one.id), ...aside] };
}

/** What the counter keeps on this device, so that a kill costs nothing: in the encrypted local file, never synced. */
export interface Kept {
  draft: Draft;
  held: readonly Held[];
  tender: TenderKind;
}

export const nothingKept: Kept = { draft: emptyDraft, held: [], tender: "cash" };

type Fields = Record<string, unknown>;

function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

const text = (value: unknown): string | null => (typeof value === "string" ? value : null);
const whole = (value: unknown): number | null => (Number.isSafeInteger(value) ? Number(value) : null);

function readOff(value: unknown): Off | null {
  const { kind, fen, tenths } = fields(value);
  const [money, share] = [whole(fen), whole(tenths)];
  if (kind === "amount" && money !== null) return { kind, fen: money };
  if (kind === "share" && share !== null) return { kind, tenths: share };
  return null;
}

function readLine(value: unknown): Line[] {
  const one = fields(value);
  const [key, name, quantity] = [text(one["key"]), text(one["name"]), whole(one["quantity"])];
  if (key === null || name === null || quantity === null) return [];
  return [
    {
      key,
      name,
      quantity,
      product: text(one["product"]),
      sku: text(one["sku"]),
      unit: text(one["unit"]),
      price: whole(one["price"]),
      floor: whole(one["floor"]),
      off: readOff(one["off"]),
    },
  ];
}

/** A customer, or a coupon: what it is, and what it is called. */
function readNamed(value: unknown): Attached | null {
  const { id, name } = fields(value);
  return typeof id === "string" && typeof name === "string" ? { id, name } : null;
}

function readDraft(value: unknown): Draft {
  const { customer, lines, coupon, approval } = fields(value);
  const draft = { customer: readNamed(customer), lines: list(lines).flatMap(readLine) };
  return withApproval(withCoupon(draft, readNamed(coupon)), text(approval));
}

function readHeld(value: unknown): Held[] {
  const { id, at, draft } = fields(value);
  const [name, when] = [text(id), whole(at)];
  return name === null || when === null ? [] : [{ id: name, at: when, draft: readDraft(draft) }];
}

/** Reads what an earlier version, or this one, kept. What it does not understand is left out, the rest stays. */
export function readKept(kept: unknown): Kept {
  const { draft, held, tender } = fields(kept);
  return {
    draft: readDraft(draft),
    held: list(held).flatMap(readHeld),
    tender: tenders.find((kind) => kind === tender) ?? nothingKept.tender,
  };
}
