import { describe, expect, it } from "vitest";
import type { Customer } from "../../bindings/nouns";
import { rhythm } from "./FileHead";
import { byMonth } from "./FileTimeline";
import { left } from "./ReceiptDrawer";
import { changes, dayOf, readDay, sections, typedDay } from "./sections";
import { consentOf } from "./values";

const every = sections.flatMap((section) => section.fields);

describe("fields", () => {
  it("stand in one section each", () => {
    const ids = every.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
  it("send only what changed, and clear what was emptied", () => {
    const before: Customer = {
      name: "张丽华",
      phone: "+8613805716688",
      habits: "清香",
      parties: ["partner"],
    };
    const draft: Customer = { name: "张丽华 ", phone: "", habits: "清香", parties: [], taboo: " 花粉 " };
    expect(changes(before, draft, every)).toEqual({ phone: null, parties: null, taboo: "花粉" });
    expect(changes(before, before, every)).toEqual({});
  });
  it("leave fields of other sections alone", () => {
    const remarks = sections.find((section) => section.id === "remarks")?.fields ?? [];
    expect(changes({ name: "甲" }, { name: "乙", remarks: "好" }, remarks)).toEqual({ remarks: "好" });
  });
});

describe("days", () => {
  it.each([
    ["1990-09-23", "1990-09-23"],
    ["1990/9/3", "1990-09-03"],
    ["1990 年 9 月 3 日", "1990-09-03"],
    ["09-23", "--09-23"],
    ["--09-23", "--09-23"],
    ["9.3", "--09-03"],
  ])("reads %s", (typed, kept) => {
    expect(dayOf(typed)).toBe(kept);
  });
  it.each(["", "1990", "13-01", "1990-13-01", "1990-00-10", "02-32", "someday"])("refuses %j", (typed) => {
    expect(dayOf(typed)).toBeNull();
  });
  it("go round: what is kept can be typed again", () => {
    for (const kept of ["1990-09-23", "--02-29"]) expect(dayOf(typedDay(kept))).toBe(kept);
    expect(readDay("--08-13")).toEqual({ year: null, month: 8, day: 13 });
    expect(readDay("1986-08-13")).toEqual({ year: 1986, month: 8, day: 13 });
    expect(readDay("soon")).toBeNull();
  });
});

describe("figures of a file", () => {
  it("r1_a_rhythm_needs_two_sales", () => {
    const day = 86_400_000;
    expect(rhythm(0, 82 * day, 3)).toBe(41);
    expect(rhythm(0, 82 * day, 1)).toBeNull();
    expect(rhythm(null, null, 0)).toBeNull();
  });
  it("never gives back more than was paid", () => {
    expect(left({ total: 30_800, refunded: -4_000 })).toBe(26_800);
    expect(left({ total: 30_800, refunded: -30_800 })).toBe(0);
  });
  it("keeps only channels with a day", () => {
    expect(consentOf({ wechat: "2025-03-02", sms: true })).toEqual({ wechat: "2025-03-02" });
    expect(consentOf(["wechat"])).toEqual({});
    expect(consentOf(null)).toEqual({});
  });
});

describe("the timeline", () => {
  it("r12_is_cut_where_the_month_changes_and_keeps_its_order", () => {
    const entry = (id: string, at: string) => ({
      id,
      kind: "note",
      at: Date.parse(at),
      title: "",
      detail: null,
      amount: null,
      points: null,
      person: null,
      store: null,
      waiting: false,
    });
    const entries = [entry("a", "2026-09-16"), entry("b", "2026-08-13"), entry("c", "2026-08-06")];
    const months = byMonth(entries, (at) => at.toISOString().slice(0, 7));
    expect(months.map(({ title, entries: own }) => [title, own.map(({ id }) => id)])).toEqual([
      ["2026-09", ["a"]],
      ["2026-08", ["b", "c"]],
    ]);
  });
});
