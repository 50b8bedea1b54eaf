/** The twelve words of a recovery phrase, numbered, in three columns. */
export function PhraseWords({ words }: { words: readonly string[] }) {
  return (
    <ol className="phrase" data-testid="phrase">
      {words.map((word, index) => (
        <li key={index}>
          <span className="t3 sm">{index + 1}</span>
          <b translate="no">{word}</b>
        </li>
      ))}
    </ol>
  );
}
