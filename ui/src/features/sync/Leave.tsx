import { Button } from "antd";
import { useState } from "react";
import type { SyncStatus } from "../../bindings/app";
import { useFailureWords } from "../../i18n/failure";
import type { Failure } from "../../host/failure";
import { count } from "../../i18n/figures";
import { useWords } from "../../i18n/words";
import { Note } from "../../parts/Note";
import { useAct } from "../../query/use";

function Refused({ failure }: { failure: Failure }) {
  return <Note kind="error" urgent title={useFailureWords(failure)} />;
}

/** Leaving needs a new code to come back, and what was not sent stays here alone: so it is asked. */
export function Leave({ status, onSync }: { status: SyncStatus; onSync: () => void }) {
  const t = useWords();
  const [asking, setAsking] = useState(false);
  const leave = useAct("sync.leave");
  const waits = status.outbox_count;
  if (!asking) {
    return (
      <Button onClick={() => setAsking(true)} data-testid="leave">
        {t("sync:leave.open")}
      </Button>
    );
  }
  return (
    <div className="leave">
      <Note
        kind={waits > 0 ? "error" : "warning"}
        urgent
        title={
          waits > 0 ? t("sync:leave.unsent", { count: waits, figure: count(waits) }) : t("sync:leave.title")
        }
      >
        {waits > 0 ? t("sync:leave.unsent_why") : t("sync:leave.why")}
      </Note>
      {leave.error !== null && <Refused failure={leave.error} />}
      <div className="row g8 wrap">
        {waits > 0 && (
          <Button
            onClick={() => {
              setAsking(false);
              onSync();
            }}
          >
            {t("sync:leave.sync_first")}
          </Button>
        )}
        <Button
          danger
          disabled={leave.isPending}
          onClick={() => leave.mutate(null, { onSuccess: () => setAsking(false) })}
          data-testid="leave-sure"
        >
          {t(waits > 0 ? "sync:leave.anyway" : "sync:leave.sure")}
        </Button>
        <Button type="text" onClick={() => setAsking(false)}>
          {t("sync:leave.stay")}
        </Button>
      </div>
    </div>
  );
}
