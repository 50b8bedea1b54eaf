import { phone } from "../i18n/phone";

/** A telephone number, 3 4 4. */
export function Phone({ number }: { number: string }) {
  return <span className="nw">{phone(number)}</span>;
}
