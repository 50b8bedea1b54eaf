import { Button } from "antd";
import { useEffect, useState } from "react";
import type { Failure } from "../../host/failure";
import { onProgress } from "../../host/call";
import type { Progress } from "../../host/call";
import { count } from "../../i18n/figures";
import { useWords } from "../../i18n/words";
import { Bar } from "../../parts/Bar";
import { Refused } from "./NamesStep";

interface DemoProgressProps {
  customers: number;
  failure: Failure | null;
  onRetry: () => void;
  onBack: () => void;
}

/** The made-up shop while it is being made. */
export function DemoProgress({ customers, failure, onRetry, onBack }: DemoProgressProps) {
  const t = useWords();
  const [progress, setProgress] = useState<Progress | null>(null);
  useEffect(
    () =>
      onProgress((next) => {
        if (next.what === "demo") setProgress(next);
      }),
    [],
  );
  const all = progress?.all ?? customers;
  const done = progress?.done ?? 0;
  return (
    <section className="welcome-step" aria-busy={failure === null}>
      <h1>{t("welcome:demo.title")}</h1>
      {failure === null ? (
        <div className="welcome-field" role="status">
          <Bar label={t("welcome:demo.title")} parts={[{ share: all > 0 ? done / all : 0 }]} />
          <p className="t2">{t("welcome:demo.progress", { done: count(done), all: count(all) })}</p>
        </div>
      ) : (
        <>
          <Refused failure={failure} />
          <div className="row g12">
            <Button size="large" onClick={onRetry}>
              {t("parts:failed.retry")}
            </Button>
            <Button type="text" size="large" onClick={onBack}>
              {t("welcome:back")}
            </Button>
          </div>
        </>
      )}
    </section>
  );
}
