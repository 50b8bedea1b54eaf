import type { Hit } from "../../bindings/app";
import { memberNo, phone } from "../../i18n/phone";
import type { Span } from "../../parts/Mark";
import { shownSpans } from "../../parts/Mark";

/** The core counts UTF-16 units, the screen counts characters. */
function inCharacters(text: string, start: number, end: number): Span {
  return [[...text.slice(0, start)].length, [...text.slice(0, end)].length];
}

export function nameSpans(hit: Hit): Span[] {
  return hit.marks
    .filter((mark) => mark.field === "name")
    .map((mark) => inCharacters(hit.name, mark.start, mark.end));
}

/** Marks within one syllable of the reading. */
export function syllableSpans(hit: Hit, part: number): Span[] {
  const syllable = hit.reading[part] ?? "";
  return hit.marks
    .filter((mark) => mark.field === "reading" && mark.part === part)
    .map((mark) => inCharacters(syllable, mark.start, mark.end));
}

/** The contact as it is read, with its marks moved to where the letters now stand. */
export function shownContact(hit: Hit): { text: string; spans: Span[] } {
  const spans = hit.marks
    .filter((mark) => mark.field === "contact")
    .map((mark) => inCharacters(hit.contact, mark.start, mark.end));
  const isPhone = hit.contact_field === "phone" || hit.contact_field === "landline";
  const text = isPhone
    ? phone(hit.contact)
    : hit.contact_field === "member_no"
      ? memberNo(hit.contact)
      : hit.contact;
  return text === hit.contact ? { text, spans } : { text, spans: shownSpans(hit.contact, text, spans) };
}
