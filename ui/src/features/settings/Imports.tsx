import { Button } from "antd";
import { useNavigate } from "@tanstack/react-router";
import { count } from "../../i18n/figures";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";
import { Bars } from "../../parts/Bars";
import { EmptyState } from "../../parts/EmptyState";
import { Failed } from "../../parts/Failed";
import { Section } from "../../parts/Section";
import { useRead } from "../../query/use";

const kinds = ["customers", "sales", "products"] as const;

/** Files that were read in, newest first, and what became of their rows. */
export function Imports() {
  const t = useWords();
  const format = useFormat();
  const navigate = useNavigate();
  const { data, error, refetch } = useRead("import.list", null);
  const start = (
    <Button onClick={() => void navigate({ to: "/import" })}>{t("settings:imports.start")}</Button>
  );
  if (error !== null) return <Failed failure={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Bars count={4} />;
  if (data.length === 0) return <EmptyState action={start}>{t("settings:imports.none")}</EmptyState>;
  return (
    <Section title={t("settings:imports.title")} extra={start}>
      <table className="plaintable">
        <thead>
          <tr>
            <th scope="col">{t("settings:imports.when")}</th>
            <th scope="col">{t("settings:imports.file")}</th>
            <th scope="col">{t("settings:imports.kind")}</th>
            {(["rows", "created", "updated", "skipped", "failed"] as const).map((figure) => (
              <th key={figure} scope="col" className="end">
                {t(`settings:imports.${figure}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {data.map((row) => {
            const kind = kinds.find((one) => one === row.kind);
            return (
              <tr key={row.import_id}>
                <td className="nw">{format.dayAndTime(new Date(row.at))}</td>
                <td className="wraps">{row.file}</td>
                <td className="nw">{kind === undefined ? row.kind : t(`settings:imports.kinds.${kind}`)}</td>
                {([row.rows, row.created, row.updated, row.skipped] as const).map((figure, at) => (
                  <td key={at} className="end">
                    {count(figure)}
                  </td>
                ))}
                <td className={row.failed > 0 ? "end err" : "end"}>{count(row.failed)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Section>
  );
}
