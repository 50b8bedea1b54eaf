import type { LineInput, ProductRow, QuoteRequest } from "../../bindings/app";
import type { Off } from "../../forms/amounts";
import { at, readMoney } from "../../forms/amounts";

/** A line of a sale that is being written. Amounts are computed, never stored. */
export interface Line {
  /** Tells lines apart on this screen; the core gives the real id. */
  key: string;
  product: string | null;
  sku: string | null;
  name: string;
  /** What a quantity of 1 is: 盒, kg. */
  unit: string | null;
  /** Thousandths. */
  quantity: number;
  /** List price of one, in fen; `null` until somebody says it. */
  price: number | null;
  /** No discount goes below it. */
  floor: number | null;
  off: Off | null;
  /** What one costs the member on this sale, where that is less. Never kept: it is asked for with each customer. */
  member?: number;
}

export interface Attached {
  id: string;
  name: string;
}

/** A coupon of the customer's that the sale takes. */
export interface TakenCoupon {
  id: string;
  name: string;
}

/** A sale before it is paid: who it is for, if anyone, and what is on it. */
export interface Draft {
  customer: Attached | null;
  lines: readonly Line[];
  coupon?: TakenCoupon;
  /** What leave was asked for, where the sale goes beyond a limit. */
  approval?: string;
}

export const emptyDraft: Draft = { customer: null, lines: [] };

export function isEmpty(draft: Draft): boolean {
  return draft.customer === null && draft.lines.length === 0;
}

/** Coupon and leave were for whom the sale was for: with another customer they go. */
export function withCustomer(draft: Draft, customer: Attached | null): Draft {
  return draft.customer?.id === customer?.id ? { ...draft, customer } : { customer, lines: draft.lines };
}

/** With the coupon, or without one where none is given. */
export function withCoupon({ customer, lines, approval }: Draft, coupon: TakenCoupon | null): Draft {
  return {
    customer,
    lines,
    ...(coupon === null ? {} : { coupon }),
    ...(approval === undefined ? {} : { approval }),
  };
}

export function withApproval({ customer, lines, coupon }: Draft, approval: string | null): Draft {
  return {
    customer,
    lines,
    ...(coupon === undefined ? {} : { coupon }),
    ...(approval === null ? {} : { approval }),
  };
}

/** What the line would cost at its list price. */
export function gross(line: Line): number {
  return line.price === null ? 0 : at(line.quantity, line.price);
}

/** What the line would cost this customer before any discount. */
function asked(line: Line): number {
  return line.member === undefined ? gross(line) : Math.min(at(line.quantity, line.member), gross(line));
}

function wanted(line: Line): number {
  const full = asked(line);
  if (line.off === null) return full;
  const less = line.off.kind === "amount" ? line.off.fen : Math.round((full * line.off.tenths) / 1000);
  return Math.max(0, full - less);
}

/** The least the line may cost: its floor price, but never more than the list price itself. */
function least(line: Line): number {
  return line.floor === null ? 0 : Math.min(at(line.quantity, line.floor), gross(line));
}

/** What is paid for the line. */
export function amount(line: Line): number {
  return Math.max(wanted(line), least(line));
}

/** Whether the floor price stopped the discount: the line says so. */
export function floored(line: Line): boolean {
  return wanted(line) < least(line);
}

/** What one costs after the discount, in fen, rounded; the amount stays exact. */
export function unitPaid(line: Line): number {
  return line.quantity === 0 ? 0 : Math.round((amount(line) * 1000) / line.quantity);
}

export function total(draft: Draft): number {
  return draft.lines.reduce((sum, line) => sum + amount(line), 0);
}

export function listTotal(draft: Draft): number {
  return draft.lines.reduce((sum, line) => sum + gross(line), 0);
}

/** A line whose price nobody said yet: the sale cannot be paid. */
export function priceless(draft: Draft): Line | undefined {
  return draft.lines.find((line) => line.price === null);
}

/** The draft at a member's prices, by product. */
export function priced(draft: Draft, prices: ReadonlyMap<string, number>): Draft {
  const lines = draft.lines.map((line) => {
    const member = line.product === null ? undefined : prices.get(line.product);
    return member === undefined ? line : { ...line, member };
  });
  return prices.size === 0 ? draft : { ...draft, lines };
}

function change(draft: Draft, key: string, patch: Partial<Line>): Draft {
  return { ...draft, lines: draft.lines.map((line) => (line.key === key ? { ...line, ...patch } : line)) };
}

/** The same product again is one more of it. */
export function addProduct(draft: Draft, product: ProductRow, key: string): Draft {
  const same = draft.lines.find((line) => line.product === product.id);
  if (same !== undefined) return setQuantity(draft, same.key, same.quantity + 1000);
  const line: Line = {
    key,
    product: product.id,
    sku: product.sku,
    name: product.name,
    unit: product.unit,
    quantity: 1000,
    price: product.price,
    floor: product.floor_price,
    off: null,
  };
  return { ...draft, lines: [...draft.lines, line] };
}

/** Something that no product stands for: a name and, if it was typed behind it, a price. */
export function addFree(draft: Draft, typed: string, key: string): Draft {
  const { name, price } = readFree(typed);
  const line: Line = {
    key,
    product: null,
    sku: null,
    name,
    unit: null,
    quantity: 1000,
    price,
    floor: null,
    off: null,
  };
  return { ...draft, lines: [...draft.lines, line] };
}

/** `白茶 35` is white tea for ¥35; `白茶` is white tea, and its price is asked for. */
export function readFree(typed: string): { name: string; price: number | null } {
  const text = typed.trim();
  const parts = /^(.+?)\s+(\S+)$/.exec(text);
  const price = parts === null ? null : readMoney(parts[2] ?? "");
  return price === null ? { name: text, price: null } : { name: parts?.[1] ?? text, price };
}

/** Nought takes the line away. */
export function setQuantity(draft: Draft, key: string, quantity: number): Draft {
  return quantity <= 0 ? removeLine(draft, key) : change(draft, key, { quantity });
}

export function setOff(draft: Draft, key: string, off: Off | null): Draft {
  return change(draft, key, { off });
}

export function setPrice(draft: Draft, key: string, price: number): Draft {
  return change(draft, key, { price });
}

export function removeLine(draft: Draft, key: string): Draft {
  return { ...draft, lines: draft.lines.filter((line) => line.key !== key) };
}

/** Puts a removed line back where it stood. */
export function putBack(draft: Draft, line: Line, index: number): Draft {
  return { ...draft, lines: draft.lines.toSpliced(index, 0, line) };
}

/** The line beside this one, for ↑ and ↓ while a quantity is typed. */
export function neighbour(draft: Draft, key: string, step: 1 | -1): Line | undefined {
  const index = draft.lines.findIndex((line) => line.key === key);
  return index < 0 ? undefined : draft.lines[index + step];
}

function lineInput(line: Line): LineInput {
  return {
    ...(line.product === null ? {} : { product: line.product }),
    ...(line.sku === null ? {} : { sku: line.sku }),
    name: line.name,
    quantity: line.quantity,
    amount: amount(line),
    ...(line.price === null ? {} : { list_price: line.price }),
  };
}

/** The draft as the core takes it, for a quote and for the sale itself. */
export function asRequest(draft: Draft): QuoteRequest {
  return {
    ...(draft.customer === null ? {} : { customer: draft.customer.id }),
    lines: draft.lines.map(lineInput),
    ...(draft.customer === null || draft.coupon === undefined ? {} : { coupon: draft.coupon.id }),
  };
}
