import { useTranslation } from "react-i18next";
import type club from "../../../locales/zh-CN/club.json";
import type common from "../../../locales/zh-CN/common.json";
import type customers from "../../../locales/zh-CN/customers.json";
import type counter from "../../../locales/zh-CN/counter.json";
import type customer from "../../../locales/zh-CN/customer.json";
import type task from "../../../locales/zh-CN/task.json";
import type today from "../../../locales/zh-CN/today.json";
import type settings from "../../../locales/zh-CN/settings.json";
import type imports from "../../../locales/zh-CN/import.json";
import type nouns from "../../../locales/zh-CN/nouns.json";
import type parts from "../../../locales/zh-CN/parts.json";
import type rescue from "../../../locales/zh-CN/rescue.json";
import type shift from "../../../locales/zh-CN/shift.json";
import type shell from "../../../locales/zh-CN/shell.json";
import type sync from "../../../locales/zh-CN/sync.json";
import type welcome from "../../../locales/zh-CN/welcome.json";

/** zh-CN is the source: a key that is not there does not compile. One line per namespace. */
interface Sources {
  club: typeof club;
  common: typeof common;
  customers: typeof customers;
  counter: typeof counter;
  customer: typeof customer;
  task: typeof task;
  today: typeof today;
  settings: typeof settings;
  import: typeof imports;
  nouns: typeof nouns;
  parts: typeof parts;
  rescue: typeof rescue;
  shell: typeof shell;
  shift: typeof shift;
  sync: typeof sync;
  welcome: typeof welcome;
}

/** `seen_one` and `seen_other` are both asked for as `seen`, with a count. */
type Asked<Key extends string> =
  Key extends `${infer Stem}_${"zero" | "one" | "two" | "few" | "many" | "other"}` ? Stem : Key;

type Leaves<Tree> = {
  [Key in keyof Tree & string]: Tree[Key] extends string ? Asked<Key> : `${Key}.${Leaves<Tree[Key]>}`;
}[keyof Tree & string];

export type WordKey = { [Name in keyof Sources]: `${Name}:${Leaves<Sources[Name]>}` }[keyof Sources];

/** Says a sentence: `t("common:date.days_ago", { count: 43 })`. */
export type Words = (key: WordKey, params?: Readonly<Record<string, string | number>>) => string;

/** The words of the language in force. A component that uses them is drawn anew when it changes. */
export function useWords(): Words {
  const { t } = useTranslation();
  // i18next's own key types cover one namespace at a time; `WordKey` covers all of them.
  return t;
}
