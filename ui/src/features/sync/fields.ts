import type { OutboxRow } from "../../bindings/app";
import { customerFields } from "../../i18n/fields";
import type { Words } from "../../i18n/words";

/** Which fields of a customer changed, in words. Other records go up whole: their fields say nothing. */
export function fieldWords(row: OutboxRow, t: Words): string[] {
  if (row.collection !== "customer") return [];
  return row.fields.flatMap((field) => {
    const known = customerFields.find((one) => one === field);
    return known === undefined ? [] : [t(`nouns:customer.${known}`)];
  });
}
