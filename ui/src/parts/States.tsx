import { CloudUpload, Split } from "lucide-react";
import { useWords } from "../i18n/words";
import { Icon } from "./Icon";

/** 待确认: what the shared order decides later. A dashed ring and a word, no colour. */
export function Pending() {
  const t = useWords();
  return (
    <span className="pendingword">
      <i aria-hidden="true" />
      {t("parts:pending")}
    </span>
  );
}

/** A row with a change that has not reached the server. */
export function WaitingMark() {
  const t = useWords();
  return (
    <span className="warn">
      <Icon of={CloudUpload} size={14} label={t("parts:waiting")} />
    </span>
  );
}

/** A row in which two values are both kept. */
export function ConflictMark() {
  const t = useWords();
  return (
    <span className="conf">
      <Icon of={Split} size={14} label={t("parts:two_values")} />
    </span>
  );
}

/** 样本不足: hatched, with n and the threshold, never a number. */
export function ThinData({ n, needed }: { n: number; needed: number }) {
  const t = useWords();
  return (
    <span className="row g8 sm t3">
      <i className="hatch" aria-hidden="true" />
      {t("parts:thin", { n, needed })}
    </span>
  );
}
