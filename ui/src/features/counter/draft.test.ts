import { describe, expect, it } from "vitest";
import type { ProductRow } from "../../bindings/app";
import { readMoney, readOff, readQuantity } from "../../forms/amounts";
import {
  addFree,
  addProduct,
  amount,
  asRequest,
  emptyDraft,
  floored,
  listTotal,
  priceless,
  putBack,
  removeLine,
  setOff,
  setPrice,
  setQuantity,
  total,
  unitPaid,
} from "./draft";
import { nothingKept, putAside, readKept, takenBack } from "./kept";

const tea: ProductRow = {
  id: "tea",
  sku: "T-50",
  name: "西湖龙井",
  unit: null,
  price: 12_800,
  floor_price: 11_000,
  barcode: null,
  category: null,
};

describe("what is typed for figures", () => {
  it("reads money to the fen, full width too", () => {
    expect([readMoney("118"), readMoney("118.5"), readMoney("１１８．０５"), readMoney("¥1,180")]).toEqual([
      11_800, 11_850, 11_805, 118_000,
    ]);
    expect([readMoney(""), readMoney("1.234"), readMoney("abc"), readMoney("-5")]).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });
  it("reads quantities to the thousandth", () => {
    expect([readQuantity("2"), readQuantity("0.125"), readQuantity("0")]).toEqual([2000, 125, 0]);
    expect([readQuantity("1.2345"), readQuantity("x")]).toEqual([null, null]);
  });
  it("reads discounts as money, as a share and as 折", () => {
    expect(readOff("5.5")).toEqual({ kind: "amount", fen: 550 });
    expect(readOff("12.5%")).toEqual({ kind: "share", tenths: 125 });
    expect(readOff("9折")).toEqual({ kind: "share", tenths: 100 });
    expect(readOff("85折")).toEqual({ kind: "share", tenths: 150 });
    expect([readOff(""), readOff("0"), readOff("10折")]).toEqual(["none", "none", "none"]);
    expect([readOff("101%"), readOff("五"), readOff("5元5")]).toEqual([null, null, null]);
  });
});

describe("the draft", () => {
  it("counts the same product up", () => {
    const twice = addProduct(addProduct(emptyDraft, tea, "a"), tea, "b");
    expect(twice.lines).toHaveLength(1);
    expect(total(twice)).toBe(25_600);
  });
  it("takes a share off the line and stops at the floor price", () => {
    const one = addProduct(emptyDraft, tea, "a");
    const [ten] = setOff(one, "a", { kind: "share", tenths: 100 }).lines;
    const [thirty] = setOff(one, "a", { kind: "share", tenths: 300 }).lines;
    expect(ten && [amount(ten), floored(ten)]).toEqual([11_520, false]);
    expect(thirty && [amount(thirty), floored(thirty)]).toEqual([11_000, true]);
  });
  it("never pays less than nothing", () => {
    const free = setOff(addFree(emptyDraft, "试饮 3", "a"), "a", { kind: "amount", fen: 10_000 });
    expect([total(free), listTotal(free)]).toEqual([0, 300]);
  });
  it("rounds a weighed line once, as the core does", () => {
    const weighed = setQuantity(addFree(emptyDraft, "散茶 1.01", "a"), "a", 500);
    expect(total(weighed)).toBe(51);
    expect(weighed.lines.map(unitPaid)).toEqual([102]);
  });
  it("asks for the price that was not typed", () => {
    const unknown = addFree(emptyDraft, "老茶 一饼", "a");
    expect(priceless(unknown)?.name).toBe("老茶 一饼");
    expect(total(setPrice(unknown, "a", 5000))).toBe(5000);
  });
  it("takes a line away at nought and puts it back in its place", () => {
    const two = addFree(addProduct(emptyDraft, tea, "a"), "杯 5", "b");
    const [first] = two.lines;
    expect(setQuantity(two, "a", 0).lines.map((line) => line.key)).toEqual(["b"]);
    expect(first && putBack(removeLine(two, "a"), first, 0)).toEqual(two);
  });
  it("goes to the core with amounts, and a list price only where there is one", () => {
    const draft = {
      ...addFree(addProduct(emptyDraft, tea, "a"), "杯", "b"),
      customer: { id: "c", name: "张" },
    };
    expect(asRequest(draft)).toEqual({
      customer: "c",
      lines: [
        { product: "tea", sku: "T-50", name: "西湖龙井", quantity: 1000, amount: 12_800, list_price: 12_800 },
        { name: "杯", quantity: 1000, amount: 0 },
      ],
    });
  });
});

describe("what is kept", () => {
  it("comes back as it was", () => {
    const draft = setOff(addProduct(emptyDraft, tea, "a"), "a", { kind: "share", tenths: 50 });
    const kept = {
      draft: { ...draft, customer: { id: "c", name: "张" } },
      held: [putAside(draft)],
      tender: "card" as const,
    };
    expect(readKept(JSON.parse(JSON.stringify(kept)))).toEqual(kept);
  });
  it("reads nothing out of nonsense", () => {
    expect([undefined, null, 3, [], { draft: 4, held: {}, tender: "shells" }].map(readKept)).toEqual(
      Array.from({ length: 5 }, () => nothingKept),
    );
  });
  it("puts the sale on the counter aside where a held one comes back", () => {
    const [first, second] = [addFree(emptyDraft, "杯 5", "a"), addFree(emptyDraft, "壶 50", "b")];
    const one = putAside(first);
    const after = takenBack({ ...nothingKept, draft: second, held: [one] }, one);
    expect(after.draft).toBe(first);
    expect(after.held.map((held) => held.draft)).toEqual([second]);
  });
});
