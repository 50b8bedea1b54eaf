/** What was typed into the search box, read as the beginning of a new customer. */
export interface Typed {
  name: string;
  phone: string;
}

const numberLike = /\+?\d(?:[\d\s()-]*\d)?/;

/** Five digits and more are a phone number, the rest is a name: `李四 138 0571 6688` gives both. */
export function readTyped(text: string): Typed {
  const plain = text.normalize("NFKC").trim();
  const found = numberLike.exec(plain)?.[0] ?? "";
  if (digits(found).length < 5) return { name: plain, phone: "" };
  return { name: plain.replace(found, " ").replace(/\s+/g, " ").trim(), phone: found.trim() };
}

export function digits(text: string): string {
  return text.replace(/\D/g, "");
}

/** A number long enough to ask the core whom it belongs to. */
export function isWholeNumber(text: string): boolean {
  return digits(text.normalize("NFKC")).length >= 7;
}
