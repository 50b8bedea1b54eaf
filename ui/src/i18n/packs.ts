import type { Locale } from "antd/es/locale";
import type { Language } from "./language";

type Words = Readonly<Record<string, unknown>>;

interface PackModule {
  antd: Locale;
  /** By path, as `…/zh-CN/counter.json`. */
  files: Readonly<Record<string, Words>>;
}

/** What a language brings along: our sentences by namespace, and Ant Design's. */
export interface Pack {
  words: Readonly<Record<string, Words>>;
  antd: Locale;
}

const loads: Record<Language, () => Promise<PackModule>> = {
  "zh-CN": () => import("./packs/zh-CN"),
  "zh-TW": () => import("./packs/zh-TW"),
  en: () => import("./packs/en"),
};

const packs = new Map<Language, Pack>();

/** All three ship in the window; it opens with one, and reads the others in as soon as it stands. */
export async function readPack(language: Language): Promise<void> {
  if (packs.has(language)) return;
  const { antd, files } = await loads[language]();
  const words = Object.entries(files).map(([path, file]) => [
    path.slice(path.lastIndexOf("/") + 1, -".json".length),
    file,
  ]);
  packs.set(language, { antd, words: Object.fromEntries(words) as Pack["words"] });
}

export function hasPack(language: Language): boolean {
  return packs.has(language);
}

export function packOf(language: Language): Pack {
  const pack = packs.get(language);
  if (pack === undefined) throw new Error(`${language} is asked for before it is read in`);
  return pack;
}
