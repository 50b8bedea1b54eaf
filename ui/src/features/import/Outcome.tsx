import { Button } from "antd";
import { ClipboardCopy } from "lucide-react";
import { useState } from "react";
import type { ImportSummary } from "../../bindings/app";
import { count } from "../../i18n/figures";
import { useWords } from "../../i18n/words";
import { Fig, Figs } from "../../parts/Fig";
import { Icon } from "../../parts/Icon";
import { Section } from "../../parts/Section";
import { useProblemWords } from "./fieldWords";
import { asTable } from "./mapping";

/** Rows that held nothing to take in: skipped, not lost. */
const harmless: readonly string[] = ["row.blank", "row.repeated_header", "row.totals", "row.preamble"];

/** More than this is read in a spreadsheet, not on a screen; copying takes all of them. */
const most = 200;

function Problems({ summary }: { summary: ImportSummary }) {
  const t = useWords();
  const problem = useProblemWords();
  const [copied, setCopied] = useState(false);
  const { errors } = summary;
  const copy = async () => {
    const head = [
      t("import:problem.row"),
      t("import:problem.column"),
      t("import:problem.value"),
      t("import:problem.why"),
    ];
    const rows = errors.map(({ row, column, value, code }) => [String(row), column, value, problem(code)]);
    await navigator.clipboard.writeText(asTable([head, ...rows]));
    setCopied(true);
  };
  return (
    <Section
      title={t("import:problem.title")}
      note={t("import:problem.count", { figure: count(errors.length), count: errors.length })}
      extra={
        <Button size="small" icon={<Icon of={ClipboardCopy} size={14} />} onClick={() => void copy()}>
          {t(copied ? "import:problem.copied" : "import:problem.copy")}
        </Button>
      }
    >
      <table className="maptable problems">
        <thead>
          <tr>
            <th scope="col" className="end">
              {t("import:problem.row")}
            </th>
            <th scope="col">{t("import:problem.column")}</th>
            <th scope="col">{t("import:problem.value")}</th>
            <th scope="col">{t("import:problem.why")}</th>
          </tr>
        </thead>
        <tbody>
          {errors.slice(0, most).map((error, at) => (
            <tr key={at}>
              <td className="end">{count(error.row)}</td>
              <td>{error.column}</td>
              <td>
                <span className="cell">{error.value}</span>
              </td>
              <td className={error.code.startsWith("row.") && !harmless.includes(error.code) ? "err" : "t2"}>
                {problem(error.code)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {errors.length > most && (
        <p className="sm t3">
          {t("import:problem.rest", { figure: count(errors.length - most), count: errors.length - most })}
        </p>
      )}
    </Section>
  );
}

/** What became of every row, or would: the four add up to the rows. */
export function Outcome({ summary, dry }: { summary: ImportSummary; dry: boolean }) {
  const t = useWords();
  return (
    <>
      <Section
        title={t(dry ? "import:outcome.dry" : "import:outcome.done")}
        note={t(dry ? "import:outcome.dry_note" : "import:outcome.done_note", {
          figure: count(summary.rows),
          count: summary.rows,
        })}
      >
        <div className="outcome" data-testid="import-outcome">
          <Figs>
            <Fig
              label={t("import:outcome.created")}
              value={count(summary.created)}
              why={t("import:outcome.created_why")}
            />
            <Fig
              label={t("import:outcome.updated")}
              value={count(summary.updated)}
              why={t("import:outcome.updated_why")}
            />
            <Fig
              label={t("import:outcome.skipped")}
              value={count(summary.skipped)}
              why={t("import:outcome.skipped_why")}
            />
            <Fig
              label={t("import:outcome.failed")}
              value={count(summary.failed)}
              why={t("import:outcome.failed_why")}
              {...(summary.failed > 0 ? { tone: "err" as const } : {})}
            />
          </Figs>
        </div>
      </Section>
      {summary.errors.length > 0 && <Problems summary={summary} />}
    </>
  );
}
