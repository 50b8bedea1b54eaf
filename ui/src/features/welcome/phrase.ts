/** The two words that are asked back, told apart by their place; never neighbours, so that a glance is not enough. */
export function twoPlaces(count: number): [number, number] {
  const [a = 0, b = 0] = crypto.getRandomValues(new Uint32Array(2));
  const first = a % count;
  const second = (first + 2 + (b % (count - 3))) % count;
  return first < second ? [first, second] : [second, first];
}

/** Whether the word was written down as it was shown; case, width and blanks around it do not matter. */
export function sameWord(typed: string, word: string): boolean {
  const plain = (text: string) => text.normalize("NFKC").trim().toLowerCase();
  return plain(typed) === plain(word);
}
