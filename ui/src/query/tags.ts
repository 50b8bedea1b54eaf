import type { CommandName } from "../host/call";

/** What each command reads is generated beside its types. A tag may be a path: `customer/{id}` is one customer. */
export { reads } from "../bindings/commands";

export type Reading = CommandName;

/** Fills `{field}` from the request; a tag whose field the request leaves out falls back to its parent. */
export function tagsOf(patterns: readonly string[], request: unknown): string[] {
  const fields: Record<string, unknown> =
    typeof request === "object" && request !== null ? { ...request } : {};
  return patterns.map((pattern) => {
    const [, parent = pattern, field] = /^(.+)\/\{(\w+)\}$/.exec(pattern) ?? [];
    if (field === undefined) return pattern;
    const value = fields[field];
    return typeof value === "string" || typeof value === "number" ? `${parent}/${value}` : parent;
  });
}

/** A touched tag meets what reads it, what reads a part of it, and what reads the whole it belongs to. */
export function meets(touched: string, read: string): boolean {
  return touched === read || read.startsWith(`${touched}/`) || touched.startsWith(`${read}/`);
}
