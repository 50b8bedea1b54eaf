import { Link } from "@tanstack/react-router";
import { Cloud, CloudAlert, CloudOff, HardDrive, RefreshCw } from "lucide-react";
import { useWords } from "../i18n/words";
import type { SyncState, SyncStatus } from "../bindings/commands";
import { count } from "../i18n/figures";
import { useFormat } from "../i18n/format";
import { Bar } from "../parts/Bar";
import { Facts } from "../parts/Facts";
import { Icon } from "../parts/Icon";
import { useSyncStatus } from "./session";

const looks: Record<SyncState, { icon: typeof Cloud; tone: string }> = {
  alone: { icon: HardDrive, tone: "t3" },
  synced: { icon: Cloud, tone: "ok" },
  sending: { icon: RefreshCw, tone: "acc" },
  offline: { icon: CloudOff, tone: "warn" },
  attention: { icon: CloudAlert, tone: "err" },
  first: { icon: RefreshCw, tone: "acc" },
};

/** Words and time: 离线 · 还有 3 条待上传 · 8 分钟. The whole line takes the tone only when something waits. */
function Words({ status }: { status: SyncStatus }) {
  const t = useWords();
  const format = useFormat();
  const waits = status.waiting > 0 && (
    <b>{t("shell:sync.waiting", { count: status.waiting, figure: count(status.waiting) })}</b>
  );
  const oldest = status.oldest_at !== null && status.waiting > 0 ? format.age(status.oldest_at) : null;
  if (status.state === "synced" || status.state === "alone") {
    return (
      <Facts
        items={[
          t(`shell:sync.${status.state}`),
          status.state === "synced" && status.as_of !== null ? format.time(status.as_of) : null,
        ]}
      />
    );
  }
  return <Facts items={[t(`shell:sync.${status.state}`), waits, oldest]} />;
}

export function SyncWords() {
  const t = useWords();
  const status = useSyncStatus();
  if (status === undefined) return <span className="sync" />;
  const { icon, tone } = looks[status.state];
  const whole = status.state === "offline" || status.state === "attention" ? tone : "t2";
  return (
    <Link to="/sync" className={`sync ${whole}`} aria-live="polite" title={t("shell:sync.open")}>
      <span className={`row ${tone}`}>
        <Icon of={icon} />
      </span>
      <span className="nw">
        <Words status={status} />
      </span>
      {status.progress !== null && (
        <>
          <Bar
            label={t("shell:sync.first")}
            parts={[{ share: status.progress.total > 0 ? status.progress.done / status.progress.total : 0 }]}
            width={96}
          />
          <span>
            {count(status.progress.done)} / {count(status.progress.total)}
          </span>
        </>
      )}
    </Link>
  );
}
