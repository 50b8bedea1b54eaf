import type { EChartsCoreOption } from "echarts/core";
import { useEffect, useRef } from "react";
import type { ReactNode } from "react";
import { fontFamily } from "../../theme/fonts";
import { useLanguage } from "../../i18n/language";
import { useWords } from "../../i18n/words";
import { chartTheme } from "../../theme/charts";
import { dark, light } from "../../theme/palette";
import { useScheme } from "../../theme/scheme";
import { Section } from "../Section";

/** The figures behind a drawing, for the keyboard and for a reader. */
export interface ChartTable {
  head: readonly string[];
  rows: readonly (readonly string[])[];
}

interface ChartProps {
  /** A noun. */
  title: string;
  /** Unit and n. */
  note: ReactNode;
  /** One sentence saying what the drawing shows. */
  says: ReactNode;
  table: ChartTable;
  /** Kept by the caller between renders: a new object draws anew. */
  option: EChartsCoreOption;
  height?: number;
}

/** The drawing alone. ECharts is loaded when the first chart is shown, not when the window opens. */
function Drawing({ option, height }: { option: EChartsCoreOption; height: number }) {
  const place = useRef<HTMLDivElement>(null);
  const scheme = useScheme();
  const language = useLanguage();
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    let dispose: (() => void) | null = null;
    let gone = false;
    void import("./engine").then(({ init }) => {
      if (gone) return;
      const chart = init(element, chartTheme(scheme === "dark" ? dark : light, fontFamily[language]));
      chart.setOption(option);
      const observer = new ResizeObserver(() => chart.resize());
      observer.observe(element);
      dispose = () => {
        observer.disconnect();
        chart.dispose();
      };
    });
    return () => {
      gone = true;
      dispose?.();
    };
  }, [option, scheme, language]);
  return <div ref={place} style={{ height }} aria-hidden="true" />;
}

export function Chart({ title, note, says, table, option, height = 240 }: ChartProps) {
  const t = useWords();
  return (
    <Section title={title} note={note}>
      <Drawing option={option} height={height} />
      <p className="sm t2">{says}</p>
      <details className="figures">
        <summary className="sm acc">{t("parts:chart.table")}</summary>
        <table>
          <thead>
            <tr>
              {table.head.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map((row) => (
              <tr key={row.join("\u0000")}>
                {row.map((cell, at) => (
                  <td key={table.head[at] ?? at}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </Section>
  );
}
