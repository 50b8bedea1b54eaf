/** What is written into a form; emptied again it stands as `undefined`. */
export type Written<Noun, Name extends keyof Noun> = { [Field in Name]?: Noun[Field] | undefined };

/** Values are compared as they are sent: a list that says the same is the same. */
const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** What changed, and `null` where something was taken away. */
export function changes<Name extends string>(
  names: readonly Name[],
  before: { [Field in Name]?: unknown },
  after: { [Field in Name]?: unknown },
): Record<string, unknown> {
  const changed = names.filter((name) => !same(before[name], after[name]));
  return Object.fromEntries(changed.map((name) => [name, after[name] ?? null]));
}

/** A new one, with what was said of it. */
export function whole<Name extends string>(
  names: readonly Name[],
  fields: { [Field in Name]?: unknown },
): Record<string, unknown> {
  const said = names.filter((name) => fields[name] !== undefined);
  return Object.fromEntries(said.map((name) => [name, fields[name]]));
}
