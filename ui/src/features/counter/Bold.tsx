/** A sentence in which one figure stands out. The sentence stays whole for whoever translates it. */
export function Bold({ part, children }: { part: string; children: string }) {
  const at = children.indexOf(part);
  if (at < 0) return children;
  return (
    <>
      {children.slice(0, at)}
      <b>{part}</b>
      {children.slice(at + part.length)}
    </>
  );
}
