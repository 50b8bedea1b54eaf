import { describe, expect, it, vi } from "vitest";
import { createClient, refresh } from "./client";
import { meets, tagsOf } from "./tags";

describe("tags", () => {
  it("names the one record a request asks for", () => {
    expect(tagsOf(["customer/{id}", "sale"], { id: "7" })).toEqual(["customer/7", "sale"]);
    expect(tagsOf(["customer/{id}"], {})).toEqual(["customer"]);
  });
  it.each([
    ["customer/7", "customer/7", true],
    ["customer/7", "customer", true],
    ["customer", "customer/7", true],
    ["customer/7", "customer/77", false],
    ["customer/7", "sale", false],
    ["customers", "customer", false],
  ])("touching %s, reading %s: %s", (touched, read, met) => expect(meets(touched, read)).toBe(met));

  it("refreshes what reads a touched tag and nothing else", async () => {
    const client = createClient();
    const ran = vi.fn((name: string) => name);
    for (const [name, tags] of Object.entries({
      file: ["customer/7"],
      other: ["customer/8"],
      list: ["customer"],
    })) {
      await client.query({ queryKey: [name], queryFn: () => ran(name), meta: { tags } });
    }
    await refresh(client, ["customer/7"]);
    const stale = ["file", "other", "list"].filter((name) => client.getQueryState([name])?.isInvalidated);
    expect(stale).toEqual(["file", "list"]);
  });
});
