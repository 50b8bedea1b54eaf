/** Made-up rows by index, so that a grid of a million can be looked at without a core. Development only. */
export interface Person {
  name: string;
  tier: "plain" | "silver" | "gold" | "plat" | "black";
  phone: string;
  day: string;
  spentFen: number;
  points: number;
  visits: number;
  again: number;
  owner: string;
  tags: string;
  mark: "waiting" | "conflict" | null;
}

const surnames = Array.from("张王李赵林许俞蒋何杜秦田鲁葛贺万聂单曾章周");
const given = [
  "丽华",
  "琳",
  "莉萍",
  "国伟",
  "佳",
  "学民",
  "磊",
  "秀英",
  "明远",
  "慧",
  "海峰",
  "甜",
  "建中",
  "红梅",
];
const tiers = ["plain", "plain", "silver", "gold", "plat", "black"] as const;
const owners = ["陈晓", "林淑仪", "周航"];
const tags = ["老茶客，信用好，喜欢岩茶", "送礼", "清香型", "中秋礼盒", "普洱，送父亲", "", "读作 shàn"];

function pick<Item>(items: readonly Item[], number: number, fallback: Item): Item {
  return items[number % items.length] ?? fallback;
}

export function person(index: number): Person {
  // Knuth's multiplier: neighbours look unlike, and the same index is always the same person.
  const n = Math.imul(index + 1, 2654435761) >>> 0;
  const month = 1 + (n % 9);
  return {
    name: pick(surnames, n, "张") + pick(given, n >>> 7, "琳"),
    tier: pick(tiers, n >>> 3, "plain"),
    phone: `1${3 + (n % 6)}8${String(n).padStart(10, "0").slice(0, 8)}`,
    day: `2026-0${month}-${String(1 + ((n >>> 5) % 28)).padStart(2, "0")}`,
    spentFen: (n >>> 4) % 2_000_000,
    points: (n >>> 6) % 12_000,
    visits: 1 + ((n >>> 8) % 40),
    again: ((n >>> 9) % 100) / 100,
    owner: pick(owners, n >>> 11, "陈晓"),
    tags: pick(tags, n >>> 13, ""),
    mark: n % 13 === 0 ? "waiting" : n % 29 === 0 ? "conflict" : null,
  };
}
