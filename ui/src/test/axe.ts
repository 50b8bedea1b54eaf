import axe from "axe-core";

/** Violations as lines that say what and where; empty is good. */
export async function violations(root: Element): Promise<string[]> {
  const { violations: found } = await axe.run(root, {
    // jsdom draws nothing, so contrast cannot be seen here; theme.test.ts computes it from the palette.
    rules: { "color-contrast": { enabled: false }, region: { enabled: false } },
  });
  return found.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`));
}
