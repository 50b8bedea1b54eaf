import type { ReactNode } from "react";
import { Fragment } from "react";

/** The 3 px dot between facts; the character · is as wide as a word in some fonts. */
export function Dot() {
  return <i className="d" aria-hidden="true" />;
}

/** Facts in one line, a dot between them. What is empty is left out, its dot too. */
export function Facts({ items }: { items: readonly ReactNode[] }) {
  const shown = items.filter((item) => item !== null && item !== undefined && item !== false && item !== "");
  return shown.map((item, index) => (
    // The order of facts is fixed, so their place is their key.
    <Fragment key={index}>
      {index > 0 && <Dot />}
      {index > 0 && <span className="vh">, </span>}
      {item}
    </Fragment>
  ));
}
