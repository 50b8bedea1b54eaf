import { describe, expect, it } from "vitest";
import type { Hit } from "../../bindings/app";
import { nextBirthday } from "./birthdays";
import { nameSpans, shownContact, syllableSpans } from "./marks";
import { likelyCash } from "./TenderStep";
import { isWholeNumber, readTyped } from "./typed";

const hit: Hit = {
  id: "1",
  name: "张丽华",
  reading: ["zhāng", "lì", "huá"],
  tier: "gold",
  contact: "+8613805716688",
  contact_field: "phone",
  phone: "+8613805716688",
  why: ["initials", "phone_tail"],
  marks: [
    { field: "name", part: 0, start: 0, end: 2 },
    { field: "reading", part: 1, start: 0, end: 1 },
    { field: "contact", part: 0, start: 12, end: 14 },
  ],
  last_sale_at: null,
};

describe("marks", () => {
  it("move with the letters into the written phone number", () => {
    const { text, spans } = shownContact(hit);
    expect(text).toBe("138 0571 6688");
    expect(spans.map(([from, to]) => text.slice(from, to)).join("")).toBe("88");
    expect(spans[0]?.[0]).toBe(11);
  });
  it("belong to one syllable, and count characters outside the first plane as one", () => {
    expect([syllableSpans(hit, 0), syllableSpans(hit, 1)]).toEqual([[], [[0, 1]]]);
    const rare: Hit = { ...hit, name: "𠮷田", marks: [{ field: "name", part: 0, start: 2, end: 3 }] };
    expect(nameSpans(rare)).toEqual([[1, 2]]);
  });
  it("a member number is read in fours, an e-mail as it is", () => {
    const member: Hit = { ...hit, contact: "88031127", contact_field: "member_no", marks: [] };
    expect(shownContact(member).text).toBe("8803 1127");
    expect(shownContact({ ...member, contact: "a@b.cn", contact_field: "email" }).text).toBe("a@b.cn");
  });
});

describe("a new customer from what was typed", () => {
  it("r31_tells_a_number_from_a_name", () => {
    expect(readTyped("13805716688")).toEqual({ name: "", phone: "13805716688" });
    expect(readTyped("李四 138 0571 6688")).toEqual({ name: "李四", phone: "138 0571 6688" });
    expect(readTyped("zl 88")).toEqual({ name: "zl 88", phone: "" });
    expect(readTyped("１３８０５７１")).toEqual({ name: "", phone: "1380571" });
    expect([isWholeNumber("138 0571"), isWholeNumber("88")]).toEqual([true, false]);
  });
});

describe("birthdays", () => {
  const on = (day: string) => ({ zone: "Asia/Shanghai", now: new Date(`${day}T12:00:00+08:00`) });
  it("r67_the_29th_of_february_is_kept_on_the_28th", () => {
    expect(nextBirthday("2000-02-29", false, on("2027-02-27"))?.days).toBe(1);
    expect(nextBirthday("2000-02-29", false, on("2028-02-28"))?.days).toBe(1);
  });
  it("is today at nought, and next year the day after", () => {
    expect(nextBirthday("--09-23", false, on("2026-09-23"))?.days).toBe(0);
    expect(nextBirthday("1990-09-23", false, on("2026-09-24"))?.days).toBe(364);
  });
  it("leaves the lunar calendar to the core, and nonsense alone", () => {
    expect(nextBirthday("--08-13", true, on("2026-09-01"))).toEqual({ month: 8, day: 13, days: null });
    expect(nextBirthday("八月", false, on("2026-09-01"))).toBeNull();
  });
});

it("offers the notes a customer is likely to hand over", () => {
  expect(likelyCash(34_850)).toEqual([35_000, 40_000]);
  expect(likelyCash(10_000)).toEqual([]);
});
