import type { OutboxRow } from "../../bindings/app";
import type { Words } from "../../i18n/words";

const customerFields = [
  "name",
  "reading",
  "kind",
  "parties",
  "member_no",
  "phone",
  "landline",
  "other_phones",
  "email",
  "wechat",
  "gender",
  "birthday",
  "birthday_calendar",
  "address",
  "company",
  "habits",
  "buying_habits",
  "personality",
  "taboo",
  "family",
  "remarks",
  "preferred_channel",
  "tone",
  "consent",
  "source",
  "store",
  "owner",
  "joined_on",
] as const;

/** Which fields of a customer changed, in words. Other records go up whole: their fields say nothing. */
export function fieldWords(row: OutboxRow, t: Words): string[] {
  if (row.collection !== "customer") return [];
  return row.fields.flatMap((field) => {
    const known = customerFields.find((one) => one === field);
    return known === undefined ? [] : [t(`nouns:customer.${known}`)];
  });
}
