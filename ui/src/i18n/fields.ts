import type { Words } from "./words";

/** The fields of a customer, all of which have a name in every language. */
export const customerFields = [
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
  "referred_by",
  "joined_on",
] as const;

/** What people call a field; a field of a newer version, or of one's own, is called what it is called. */
export function fieldWord(field: string, t: Words): string {
  const known = customerFields.find((one) => one === field);
  return known === undefined ? field : t(`nouns:customer.${known}`);
}
