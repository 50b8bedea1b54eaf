import { Link } from "@tanstack/react-router";
import { Cloud, CloudAlert, CloudOff, CloudUpload, HardDrive, RefreshCw, Split } from "lucide-react";
import { useWords } from "../i18n/words";
import type { SyncState, SyncStatus } from "../bindings/app";
import { count } from "../i18n/figures";
import { useFormat } from "../i18n/format";
import { Bar } from "../parts/Bar";
import { Facts } from "../parts/Facts";
import { Icon } from "../parts/Icon";
import { useSyncStatus } from "./session";

const looks: Record<SyncState, { icon: typeof Cloud; tone: string }> = {
  alone: { icon: HardDrive, tone: "t3" },
  synced: { icon: Cloud, tone: "ok" },
  waiting: { icon: CloudUpload, tone: "warn" },
  syncing: { icon: RefreshCw, tone: "acc" },
  offline: { icon: CloudOff, tone: "warn" },
  needs_attention: { icon: CloudAlert, tone: "err" },
};

/** Words and time: 离线 · 还有 3 条待上传 · 8 分钟. The whole line takes the tone only when something waits. */
function Words({ status }: { status: SyncStatus }) {
  const t = useWords();
  const format = useFormat();
  const waits = status.outbox_count > 0 && (
    <b>{t("shell:sync.waiting", { count: status.outbox_count, figure: count(status.outbox_count) })}</b>
  );
  const oldest =
    status.oldest_at !== null && status.outbox_count > 0
      ? format.age(new Date(status.oldest_at).toISOString())
      : null;
  switch (status.state) {
    case "alone":
      return t("shell:sync.alone");
    case "synced": {
      const at = status.last_pull_at;
      return <Facts items={[t("shell:sync.synced"), at === null ? null : format.time(new Date(at))]} />;
    }
    case "waiting":
      return <Facts items={[waits, oldest]} />;
    case "syncing":
      return (
        <Facts
          items={[t(status.pulling === null ? "shell:sync.sending" : "shell:sync.first"), waits, oldest]}
        />
      );
    case "offline":
      return <Facts items={[t("shell:sync.offline"), waits, oldest]} />;
    case "needs_attention":
      return <Facts items={[t("shell:sync.attention"), waits, oldest]} />;
  }
}

/** How many things wait for somebody's decision; opens their list. */
function Conflicts({ figure }: { figure: number }) {
  const t = useWords();
  return (
    <Link
      to="/sync"
      hash="conflicts"
      className="sync conf"
      data-testid="status-conflicts"
      title={t("shell:sync.decide_open")}
    >
      <Icon of={Split} />
      <b>{t("shell:sync.decide", { count: figure, figure: count(figure) })}</b>
    </Link>
  );
}

export function SyncWords() {
  const status = useSyncStatus();
  if (status === undefined) return <span className="sync" />;
  return (
    <>
      {status.conflicts > 0 && <Conflicts figure={status.conflicts} />}
      <Standing status={status} />
    </>
  );
}

function Standing({ status }: { status: SyncStatus }) {
  const t = useWords();
  const { icon, tone } = looks[status.state];
  const whole = status.state === "offline" || status.state === "needs_attention" ? tone : "t2";
  return (
    <Link
      to="/sync"
      className={`sync ${whole}`}
      data-testid="status-sync"
      aria-live="polite"
      title={t("shell:sync.open")}
    >
      <span className={`row ${tone}`}>
        <Icon of={icon} />
      </span>
      <span className="nw">
        <Words status={status} />
      </span>
      {status.pulling !== null && (
        <>
          <Bar
            label={t("shell:sync.first")}
            parts={[{ share: status.pulling.all > 0 ? status.pulling.done / status.pulling.all : 0 }]}
            width={96}
          />
          <span>
            {count(status.pulling.done)} / {count(status.pulling.all)}
          </span>
        </>
      )}
    </Link>
  );
}
