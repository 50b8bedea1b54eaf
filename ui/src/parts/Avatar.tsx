/** The last character of a Chinese name, the first letter of another: enough to tell colleagues apart. */
function initial(name: string): string {
  const characters = [...name.trim()];
  const last = characters.at(-1) ?? "";
  return /\p{Script=Han}/u.test(last) ? last : (characters[0] ?? "").toUpperCase();
}

export function Avatar({ name }: { name: string }) {
  return (
    <span className="avatar" role="img" aria-label={name} title={name}>
      {initial(name)}
    </span>
  );
}
