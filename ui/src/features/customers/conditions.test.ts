import { describe, expect, it } from "vitest";
import type { Condition } from "../../bindings/app";
import { comparisons, conditionOf, draftOf, emptyDraft, fields } from "./conditions";
import { placeOf } from "./JumpBox";
import { ordered, readColumns } from "./layout";

describe("conditions", () => {
  it("starts every field as a draft that is not a condition yet", () => {
    for (const field of fields) {
      const draft = emptyDraft(field);
      expect(comparisons(field.asked)).toContain(draft.is);
      expect(conditionOf(draft)).toBeNull();
    }
  });
  it.each<Condition>([
    { field: "tier", is: "one_of", value: ["gold", "platinum"] },
    { field: "tag", is: "is_not", value: "送礼" },
    { field: "last_sale_days", is: "between", value: [60, 120] },
    { field: "last_sale_days", is: "at_most", value: 30 },
    { field: "spent_12_months", is: "at_least", value: 123_45 },
    { field: "name", is: "contains", value: "丽" },
    { field: "taboo", is: "set", value: null },
  ])("opens a condition and gives back the same: $field $is", (condition) => {
    const draft = draftOf(condition);
    expect(draft).not.toBeNull();
    expect(draft && conditionOf(draft)).toEqual(condition);
  });
  it("keeps fen exact and puts the smaller end first", () => {
    const draft = {
      ...emptyDraft({ id: "spent", asked: "money" }),
      is: "between" as const,
      low: 0.29,
      high: 0.07,
    };
    expect(conditionOf(draft)).toEqual({ field: "spent", is: "between", value: [7, 29] });
  });
  it("does not edit a field that a newer version filters by", () => {
    expect(draftOf({ field: "stage", is: "is", value: "活跃" })).toBeNull();
  });
});

describe("columns", () => {
  const columns = [{ id: "name" }, { id: "phone" }, { id: "points" }];
  it("stand in the kept order, unknown ones behind", () => {
    expect(ordered(columns, ["points", "name"]).map(({ id }) => id)).toEqual(["points", "name", "phone"]);
    expect(ordered(columns, []).map(({ id }) => id)).toEqual(["name", "phone", "points"]);
  });
  it("take a damaged note as none", () => {
    const first = { order: [], hidden: ["spent"], widths: {} };
    expect(readColumns(null, ["spent"])).toEqual(first);
    expect(readColumns({ order: [1], hidden: "x", widths: [] }, ["spent"])).toEqual(first);
    expect(readColumns({ order: ["a"], hidden: [], widths: { a: 90, b: "wide" } }, ["spent"])).toEqual({
      order: ["a"],
      hidden: [],
      widths: { a: 90 },
    });
  });
});

describe("places", () => {
  it("are rows where digits are typed, unless member numbers are the order", () => {
    expect(placeOf("4,208", 12_486, false)).toBe(4207);
    expect(placeOf("99999", 12_486, false)).toBe(12_485);
    expect(placeOf("0", 12_486, false)).toBe(0);
    expect(placeOf("0047", 12_486, true)).toBeNull();
    expect(placeOf("zhang", 12_486, false)).toBeNull();
  });
});
