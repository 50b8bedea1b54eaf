import type { Inspection } from "../../bindings/app";

/** Column to field; an empty field leaves the column out. */
export type Mapping = Readonly<Record<string, string>>;

export function mappingOf(inspection: Pick<Inspection, "columns">): Mapping {
  return Object.fromEntries(inspection.columns.map(({ name, field }) => [name, field ?? ""]));
}

/** The sample without the header, which stands in the file like any other row. */
export function valuesOf({ columns, sample }: Pick<Inspection, "columns" | "sample">): string[][] {
  return sample.filter((row) => columns.some(({ name }, at) => (row[at] ?? "").trim() !== name.trim()));
}

/** Fields that two columns claim: only a list may be fed by several, and the core says which those are. */
export function claimedTwice(mapping: Mapping, lists: readonly string[]): string[] {
  const seen = new Map<string, number>();
  for (const field of Object.values(mapping)) seen.set(field, (seen.get(field) ?? 0) + 1);
  return [...seen].flatMap(([field, times]) =>
    field !== "" && times > 1 && !lists.includes(field) ? [field] : [],
  );
}

/** Fields without which a row of this kind says nothing. One of them is enough. */
const telling: Readonly<Record<string, readonly string[]>> = {
  customers: ["name", "phone", "member_no", "company", "email"],
  sales: ["amount", "unit_price"],
  products: ["sku", "name", "barcode"],
};

/** Whether any column is mapped that the kind cannot do without. */
export function tells(kind: string, mapping: Mapping): boolean {
  const needed = telling[kind];
  return needed === undefined || Object.values(mapping).some((field) => needed.includes(field));
}

/** A cell of a table that is pasted elsewhere: what a spreadsheet would run is made text. */
function inert(cell: string): string {
  const plain = cell.replace(/[\t\r\n]+/g, " ");
  return /^[=+\-@]/.test(plain) ? `'${plain}` : plain;
}

/** Rows as tab-separated text, which every spreadsheet takes from the clipboard. */
export function asTable(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => row.map(inert).join("\t")).join("\n");
}
