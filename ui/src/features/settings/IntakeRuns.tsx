import type { IntakeRun } from "../../bindings/app";
import { Failure } from "../../host/failure";
import { useFailureWords } from "../../i18n/failure";
import { count } from "../../i18n/figures";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";
import { Section } from "../../parts/Section";

const figures = ["created", "unchanged", "unmatched", "failed"] as const;

function Unread({ code }: { code: string }) {
  return <span className="err sm">{useFailureWords(new Failure(code))}</span>;
}

function Line({ run }: { run: IntakeRun }) {
  const t = useWords();
  const format = useFormat();
  return (
    <tr data-testid="intake-run">
      <td className="nw">{format.dayAndTime(new Date(run.at))}</td>
      <td className="wraps">
        <span className="settingsunder">{run.file}</span>
        {run.code !== null && <Unread code={run.code} />}
        {run.report !== null && (
          <span className="settingsunder sm t3 wraps">
            {t("settings:intake.report", { path: run.report })}
          </span>
        )}
      </td>
      <td className="end">{count(run.sales)}</td>
      {figures.map((figure) => (
        <td key={figure} className={figure === "failed" && run.failed > 0 ? "end err" : "end"}>
          {count(run[figure])}
        </td>
      ))}
    </tr>
  );
}

/** The last files and what became of their sales. */
export function IntakeRuns({ runs }: { runs: IntakeRun[] }) {
  const t = useWords();
  return (
    <Section title={t("settings:intake.runs")}>
      {runs.length === 0 ? (
        <p className="t3">{t("settings:intake.no_runs")}</p>
      ) : (
        <table className="plaintable">
          <thead>
            <tr>
              <th scope="col">{t("settings:intake.when")}</th>
              <th scope="col">{t("settings:intake.file")}</th>
              <th scope="col" className="end">
                {t("settings:intake.sales")}
              </th>
              {figures.map((figure) => (
                <th key={figure} scope="col" className="end">
                  {t(`settings:intake.${figure}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {runs.map((run) => (
              <Line key={`${run.at} ${run.file}`} run={run} />
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}
