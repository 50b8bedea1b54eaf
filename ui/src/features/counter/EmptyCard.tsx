import { Button } from "antd";
import { useWords } from "../../i18n/words";
import { EmptyState } from "../../parts/EmptyState";
import { Kbd } from "../../parts/Kbd";
import { Note } from "../../parts/Note";
import { useRead } from "../../query/use";
import { address } from "../../shell/address";
import { writeKey } from "../../shell/keys";
import { useLeaveDemo } from "../../shell/leaveDemo";

/** Nobody is shown: how to find someone, and what this shop still owes itself. */
export function EmptyCard({ onCreate }: { onCreate: () => void }) {
  const t = useWords();
  const home = useRead("home.state", null).data;
  const leave = useLeaveDemo();
  return (
    <div className="card" data-testid="no-customer">
      <div className="inner">
        <h1 className="vh">{t("shell:room.counter")}</h1>
        <EmptyState
          action={
            <Button className="mid" onClick={onCreate}>
              {t("counter:new.title")} <Kbd>{writeKey("counter.create")}</Kbd>
            </Button>
          }
        >
          {t("counter:empty")}
        </EmptyState>
        {home?.demo === true && (
          <Note
            kind="info"
            title={t("counter:demo.title")}
            action={
              <Button className="mid" disabled={leave.isPending} onClick={() => leave.mutate()}>
                {t("counter:demo.leave")}
              </Button>
            }
          >
            {t("counter:demo.why")}
          </Note>
        )}
        {home?.demo === false && !home.recovery_saved && (
          <Note
            kind="warning"
            title={t("counter:recovery.title")}
            action={
              <Button className="mid" onClick={() => address.push("/settings?page=recovery")}>
                {t("counter:recovery.go")}
              </Button>
            }
          >
            {t("counter:recovery.why")}
          </Note>
        )}
      </div>
    </div>
  );
}
