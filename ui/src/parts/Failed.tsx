import { Button } from "antd";
import { useWords } from "../i18n/words";
import type { Failure } from "../host/failure";
import { useFailureWords } from "../i18n/failure";

interface FailedProps {
  failure: Failure;
  onRetry?: () => void;
  /** True where what was typed is already in the local file. */
  saved?: boolean;
}

/** The error state of a pane: what, what is safe, one way on, and the code for whoever is asked to help. */
export function Failed({ failure, onRetry, saved = false }: FailedProps) {
  const t = useWords();
  const words = useFailureWords(failure);
  return (
    <div className="failed" role="alert">
      <p>
        <b>{words}</b>
      </p>
      <p className="t2">{t(saved ? "parts:failed.saved" : "parts:failed.untouched")}</p>
      <div className="row g12">
        {onRetry && <Button onClick={onRetry}>{t("parts:failed.retry")}</Button>}
        <code className="t3 sm">{failure.code}</code>
      </div>
    </div>
  );
}
