import { Cloud, CloudAlert, CloudOff, CloudUpload, HardDrive, RefreshCw } from "lucide-react";
import type { Problem, SyncState, SyncStatus } from "../../bindings/app";
import { Failure } from "../../host/failure";
import { useFailureWords } from "../../i18n/failure";
import { count } from "../../i18n/figures";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";
import { Bar } from "../../parts/Bar";
import { Facts } from "../../parts/Facts";
import { Icon } from "../../parts/Icon";
import { Note } from "../../parts/Note";

const looks: Record<SyncState, { icon: typeof Cloud; tone: string }> = {
  alone: { icon: HardDrive, tone: "t2" },
  synced: { icon: Cloud, tone: "ok" },
  waiting: { icon: CloudUpload, tone: "warn" },
  syncing: { icon: RefreshCw, tone: "acc" },
  offline: { icon: CloudOff, tone: "warn" },
  needs_attention: { icon: CloudAlert, tone: "err" },
};

/** Icon and words in the page's head: never colour alone. */
export function StateWords({ status }: { status: SyncStatus }) {
  const t = useWords();
  const format = useFormat();
  const { icon, tone } = looks[status.state];
  const waits = status.outbox_count > 0;
  return (
    <span className="row g8 t2" role="status" data-testid="sync-state" data-state={status.state}>
      <span className={`row ${tone}`}>
        <Icon of={icon} />
      </span>
      <span>
        <Facts
          items={[
            <b key="state" className={tone}>
              {t(`sync:state.${status.state}`)}
            </b>,
            waits && t("sync:waiting", { count: status.outbox_count, figure: count(status.outbox_count) }),
            waits && status.oldest_at !== null && t("sync:oldest", { age: format.age(status.oldest_at) }),
          ]}
        />
      </span>
    </span>
  );
}

/** A first sync under way: the app is usable meanwhile. */
export function Pulling({ status }: { status: SyncStatus }) {
  const t = useWords();
  const { pulling } = status;
  if (pulling === null) return null;
  return (
    <div className="pulling" data-testid="sync-pulling">
      <div className="row between">
        <b>{t("sync:pulling.title")}</b>
        <span className="t2">
          {count(pulling.done)} / {count(pulling.all)}
        </span>
      </div>
      <Bar
        label={t("sync:pulling.title")}
        parts={[{ share: pulling.all > 0 ? pulling.done / pulling.all : 0 }]}
      />
      <p className="sm t3">{t("sync:pulling.why")}</p>
    </div>
  );
}

/** The sentence for a problem that the core reports by code. */
export function ProblemWords({ problem }: { problem: Problem }) {
  return useFailureWords(new Failure(problem.code, problem.params));
}

/** What a person has to do something about. */
export function Attention({ status }: { status: SyncStatus }) {
  const t = useWords();
  if (status.problem === null) return null;
  const urgent = status.state === "needs_attention";
  return (
    <Note kind={urgent ? "error" : "warning"} title={<ProblemWords problem={status.problem} />}>
      {t("sync:safe")} <code className="t3">{status.problem.code}</code>
    </Note>
  );
}
