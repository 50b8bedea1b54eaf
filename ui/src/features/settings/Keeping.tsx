import { Button, Radio } from "antd";
import { useState } from "react";
import { Refused } from "../../forms/Refused";
import { count } from "../../i18n/figures";
import { useWords } from "../../i18n/words";
import { Bars } from "../../parts/Bars";
import { Failed } from "../../parts/Failed";
import { Note } from "../../parts/Note";
import { Section } from "../../parts/Section";
import { useAct, useRead } from "../../query/use";

/** In days; what someone set by command stands beside these. */
const spans: readonly (number | null)[] = [null, 90, 365, 730, 1_825];

/** How long the shop keeps who changed what. Shorter takes something away for good, so it is said before. */
export function Keeping() {
  const t = useWords();
  const { data, error, refetch } = useRead("history.kept", null);
  const keep = useAct("history.keep");
  const [chosen, setChosen] = useState<number | null | undefined>(undefined);
  if (error !== null) return <Failed failure={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Bars count={4} />;
  const { days, may_change } = data;
  const offered = spans.includes(days) ? spans : [...spans, days];
  const shown = chosen === undefined ? days : chosen;
  const shorter = shown !== null && (days === null || shown < days);
  const save = () => keep.mutate({ days: shown }, { onSuccess: () => setChosen(undefined) });
  return (
    <Section title={t("settings:keeping.title")}>
      <div className="col g12 settingsbody">
        <p className="t2">{t("settings:keeping.why")}</p>
        <Radio.Group
          className="col g8"
          value={shown ?? "ever"}
          disabled={!may_change}
          aria-label={t("settings:keeping.title")}
          onChange={({ target }) => setChosen(target.value === "ever" ? null : Number(target.value))}
          options={offered.map((span) => ({
            value: span ?? "ever",
            label:
              span === null
                ? t("settings:keeping.ever")
                : t("settings:keeping.days", { figure: count(span), count: span }),
          }))}
        />
        {!may_change && <p className="sm t3">{t("settings:keeping.lead")}</p>}
        {shown !== days && shorter && (
          <Note kind="warning" title={t("settings:keeping.gone", { figure: count(shown), count: shown })} />
        )}
        <Refused failure={keep.error} />
        {shown !== days && (
          <div className="row g8">
            <Button onClick={save} disabled={keep.isPending}>
              {t("settings:save")}
            </Button>
            <Button type="text" onClick={() => setChosen(undefined)}>
              {t("settings:cancel")}
            </Button>
          </div>
        )}
      </div>
    </Section>
  );
}
