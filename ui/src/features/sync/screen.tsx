import { useLocation, useNavigate } from "@tanstack/react-router";
import { Button, Segmented } from "antd";
import { RefreshCw } from "lucide-react";
import type { HomeState, SyncRound, SyncStatus } from "../../bindings/app";
import type { Failure } from "../../host/failure";
import { useFailureWords } from "../../i18n/failure";
import { count } from "../../i18n/figures";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";
import { Bars } from "../../parts/Bars";
import { Failed } from "../../parts/Failed";
import { Icon } from "../../parts/Icon";
import { Kv } from "../../parts/Kv";
import { Note } from "../../parts/Note";
import { Section } from "../../parts/Section";
import { useAct, useRead } from "../../query/use";
import { useRangeWords } from "../../shell/RangeWords";
import { useLeaveDemo } from "../../shell/leaveDemo";
import { useSyncStatus } from "../../shell/session";
import { ConflictList } from "./ConflictList";
import { EnrollForm } from "./EnrollForm";
import { Leave } from "./Leave";
import { OutboxTable } from "./OutboxTable";
import { Attention, Pulling, StateWords } from "./State";
import "./sync.css";

function Refused({ failure }: { failure: Failure }) {
  const t = useWords();
  return (
    <Note kind="warning" urgent title={useFailureWords(failure)}>
      {t("sync:safe")}
    </Note>
  );
}

function RoundWords({ round }: { round: SyncRound }) {
  const t = useWords();
  const moved = round.pushed + round.pulled;
  return (
    <span className="t2" role="status">
      {moved === 0
        ? t("sync:round.none")
        : t("sync:round.moved", { pushed: count(round.pushed), pulled: count(round.pulled) })}
    </span>
  );
}

/** Where the data come from, and since when they stand. */
function Server({ status, onSync }: { status: SyncStatus; onSync: () => void }) {
  const t = useWords();
  const format = useFormat();
  const moment = (at: number | null) => (at === null ? t("sync:never") : format.dayAndTime(at));
  const range = useRangeWords();
  const ago = (at: number | null) => (at === null ? undefined : t("sync:ago", { age: format.age(at) }));
  return (
    <Section title={t("sync:server.title")}>
      <Kv
        rows={[
          { label: t("sync:server.address"), value: <span className="address">{status.server}</span> },
          {
            label: t("sync:server.as_of"),
            value: <span data-testid="as-of">{moment(status.last_pull_at)}</span>,
            why: ago(status.last_pull_at),
          },
          {
            label: t("sync:server.last"),
            value: moment(status.last_sync_at),
            why: ago(status.last_sync_at),
          },
          ...(range === null
            ? []
            : [
                {
                  label: t("sync:server.range"),
                  value: range,
                  why: status.range?.leaving === true ? t("sync:server.leaving") : undefined,
                },
              ]),
        ]}
      />
      <div className="under">
        <Leave status={status} onSync={onSync} />
      </div>
    </Section>
  );
}

function ThisDevice({ home }: { home: HomeState }) {
  const t = useWords();
  const rows = [
    { label: t("sync:device.name"), value: home.device?.name },
    { label: t("sync:device.shop"), value: home.workspace?.name },
    { label: t("sync:device.store"), value: home.store?.name },
    { label: t("sync:device.person"), value: home.person?.name },
  ].filter((row) => row.value !== undefined);
  return (
    <Section title={t("sync:device.title")}>
      <Kv rows={rows} />
    </Section>
  );
}

/** A look around has nothing to sync; the way out of it is one click. */
function Demo() {
  const t = useWords();
  const leave = useLeaveDemo();
  return (
    <div className="enrol">
      <p>{t("sync:demo.why")}</p>
      {leave.error !== null && <Refused failure={leave.error} />}
      <Button type="primary" disabled={leave.isPending} onClick={() => leave.mutate()}>
        {t("sync:demo.leave")}
      </Button>
    </div>
  );
}

const views = ["outbox", "conflicts"] as const;

/** What waits for the server, and what waits for a person. The address says which of the two is shown. */
function Waiting({ status }: { status: SyncStatus }) {
  const t = useWords();
  const navigate = useNavigate();
  const { hash } = useLocation();
  const asked = views.find((view) => view === hash);
  const shown = asked ?? (status.conflicts > 0 && status.outbox_count === 0 ? "conflicts" : "outbox");
  const figures = { outbox: status.outbox_count, conflicts: status.conflicts };
  return (
    <>
      <div className="views">
        <Segmented
          value={shown}
          aria-label={t("sync:views.title")}
          options={views.map((view) => ({
            value: view,
            label: t(`sync:views.${view}`, { figure: count(figures[view]), count: figures[view] }),
          }))}
          onChange={(view) => void navigate({ to: ".", hash: view, replace: true })}
        />
      </div>
      {shown === "outbox" ? <OutboxTable state={status.state} /> : <ConflictList />}
    </>
  );
}

/** What the network has to do with it: state in words, the outbox, and joining or leaving a server. */
export function Screen() {
  const t = useWords();
  const status = useSyncStatus();
  const read = useRead("sync.status", null);
  const home = useRead("home.state", null);
  const now = useAct("sync.now");
  const failure = read.error ?? home.error;
  if (failure !== null) return <Failed failure={failure} onRetry={() => void read.refetch()} />;
  if (status === undefined || home.data === undefined) return <Bars count={3} />;
  const sync = () => now.mutate(null);
  return (
    <div className="sync-page" data-testid="sync-page">
      <header className="head">
        <h1>{t("sync:title")}</h1>
        <StateWords status={status} />
        <span className="grow end">{now.isSuccess && <RoundWords round={now.data} />}</span>
        {status.enrolled && (
          <Button
            type="primary"
            icon={<Icon of={RefreshCw} />}
            disabled={now.isPending || status.state === "syncing"}
            onClick={sync}
            data-testid="sync-now"
          >
            {t("sync:now")}
          </Button>
        )}
      </header>
      <div className="sync-body">
        <div className="main-pane">
          <div className="notes">
            <Pulling status={status} />
            <Attention status={status} />
            {now.error !== null && status.problem === null && <Refused failure={now.error} />}
          </div>
          {status.enrolled ? (
            <Waiting status={status} />
          ) : home.data.demo ? (
            <Demo />
          ) : (
            <EnrollForm device={home.data.device?.name ?? ""} />
          )}
        </div>
        <aside className="pane scroll" aria-label={t("sync:about")}>
          {status.enrolled && <Server status={status} onSync={sync} />}
          <ThisDevice home={home.data} />
          <Section title={t("sync:how.title")}>
            <p className="t2">{t(status.enrolled ? "sync:how.enrolled" : "sync:how.alone")}</p>
          </Section>
        </aside>
      </div>
    </div>
  );
}
