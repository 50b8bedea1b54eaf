import { useEffect, useState } from "react";
import { useWords } from "../i18n/words";

/** Nothing is shown for work done at once; a flash of grey would only look slow. */
const patience = 120;

export function useLate(): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), patience);
    return () => clearTimeout(timer);
  }, []);
  return late;
}

/** Grey bars in the places of rows, after 120 ms. Never a spinner. */
export function Bars({ count = 3 }: { count?: number }) {
  const t = useWords();
  const late = useLate();
  if (!late) return null;
  return (
    <div className="skels" role="status">
      <span className="vh">{t("parts:loading")}</span>
      {Array.from({ length: count }, (_, index) => (
        <span key={index} className="skel" style={{ width: `${72 - (index % 3) * 16}%` }} />
      ))}
    </div>
  );
}
