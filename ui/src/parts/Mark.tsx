import { Fragment } from "react";

/** From and up to, in characters as `[...text]` counts them. */
export type Span = readonly [from: number, to: number];

interface Piece {
  text: string;
  hit: boolean;
}

/** Cuts a text at the spans the search answered. Spans out of order or over the end do no harm. */
export function pieces(text: string, spans: readonly Span[]): Piece[] {
  const characters = [...text];
  const hit = characters.map((_, index) => spans.some(([from, to]) => index >= from && index < to));
  const found: Piece[] = [];
  characters.forEach((character, index) => {
    const last = found.at(-1);
    const marked = hit[index] === true;
    if (last?.hit === marked) last.text += character;
    else found.push({ text: character, hit: marked });
  });
  return found;
}

/** Text with its matched letters marked. */
export function Mark({ text, spans, lang }: { text: string; spans: readonly Span[]; lang?: string }) {
  return (
    <span lang={lang}>
      {pieces(text, spans).map((piece, index) =>
        piece.hit ? <mark key={index}>{piece.text}</mark> : <Fragment key={index}>{piece.text}</Fragment>,
      )}
    </span>
  );
}

/**
 * The same, for a phone number: spans count the digits as the core stores them, the shown text has blanks between
 * groups. Spans are moved to the shown characters.
 */
export function shownSpans(stored: string, shown: string, spans: readonly Span[]): Span[] {
  const digitsOf = (text: string) => [...text].flatMap((one, index) => (/\d/.test(one) ? [index] : []));
  const from = digitsOf(stored);
  const to = digitsOf(shown);
  // What is written in front (a country code) may be left out of the shown number: match from the tail.
  const shift = to.length - from.length;
  return spans.flatMap(([start, end]) =>
    from.flatMap((place, nth): Span[] => {
      const target = to[nth + shift];
      return place >= start && place < end && target !== undefined ? [[target, target + 1]] : [];
    }),
  );
}
