import { Button, Switch } from "antd";
import type { IntakeState } from "../../bindings/app";
import { Refused } from "../../forms/Refused";
import { Failure } from "../../host/failure";
import { openFolder } from "../../host/window";
import { useFailureWords } from "../../i18n/failure";
import { count } from "../../i18n/figures";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";
import { Bars } from "../../parts/Bars";
import { EmptyState } from "../../parts/EmptyState";
import { Failed } from "../../parts/Failed";
import { Note } from "../../parts/Note";
import { Section } from "../../parts/Section";
import { useAct, useRead } from "../../query/use";
import { IntakeRuns } from "./IntakeRuns";
import { Unmatched } from "./Unmatched";

function Stuck({ failed }: { failed: NonNullable<IntakeState["failed"]> }) {
  const t = useWords();
  const format = useFormat();
  const why = useFailureWords(new Failure(failed.code, failed.params));
  return (
    <Note kind="warning" title={t("settings:intake.stuck", { at: format.dayAndTime(new Date(failed.at)) })}>
      {why}
    </Note>
  );
}

/** Sales from the till system that the shop already has: its folder, the last files, and whose sales nobody knows. */
export function Intake() {
  const t = useWords();
  const { data, error, refetch } = useRead("intake.show", null);
  const set = useAct("intake.set");
  const run = useAct("intake.run");
  if (error !== null) return <Failed failure={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Bars count={4} />;
  const choose = async () => {
    const folder = await openFolder();
    if (folder !== null) set.mutate({ on: true, folder });
  };
  if (data.folder === null) {
    return (
      <>
        <EmptyState
          action={
            <Button disabled={set.isPending} onClick={() => void choose()}>
              {t("settings:intake.choose")}
            </Button>
          }
        >
          {t("settings:intake.none")}
        </EmptyState>
        <Refused failure={set.error} />
      </>
    );
  }
  return (
    <>
      <Section title={t("settings:intake.title")} note={t("settings:intake.note")}>
        <div className="col g12 settingsbody">
          <label className="row g8">
            <Switch checked={data.on} disabled={set.isPending} onChange={(on) => set.mutate({ on })} />
            {t("settings:intake.watch")}
          </label>
          <div className="row g8">
            <span className="t2 grow wraps">{data.folder}</span>
            <Button size="small" disabled={set.isPending} onClick={() => void choose()}>
              {t("settings:intake.another")}
            </Button>
          </div>
          <p className="sm t3">{t("settings:intake.why")}</p>
          <Refused failure={set.error} />
          {data.failed !== null && <Stuck failed={data.failed} />}
          <div className="row g12">
            <Button disabled={run.isPending} onClick={() => run.mutate(null)}>
              {t(run.isPending ? "settings:intake.running" : "settings:intake.run")}
            </Button>
            {data.waiting > 0 && (
              <span className="warn">
                {t("settings:intake.waiting", { figure: count(data.waiting), count: data.waiting })}
              </span>
            )}
          </div>
          <Refused failure={run.error} />
        </div>
      </Section>
      <IntakeRuns runs={data.runs} />
      {data.unmatched > 0 && <Unmatched all={data.unmatched} />}
    </>
  );
}
