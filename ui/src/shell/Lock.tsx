import { Button } from "antd";
import { Lock as LockIcon } from "lucide-react";
import type { HomeState } from "../bindings/app";
import { Refused } from "../forms/Refused";
import { useWords } from "../i18n/words";
import { Icon } from "../parts/Icon";
import { Note } from "../parts/Note";
import { useAct } from "../query/use";
import { useKeys } from "./hotkeys";
import { SignIn } from "./SignIn";
import { SyncWords } from "./SyncWords";

/** Too long without the server: what is here stays, and opens by itself once it answers. */
function LeaseOver() {
  const t = useWords();
  const sync = useAct("sync.now");
  return (
    <div className="col g16 lockrecover">
      <Note kind="warning" title={t("shell:lease.over")}>
        {t("shell:lease.over_why")}
      </Note>
      <Refused failure={sync.error} />
      <div>
        <Button type="primary" loading={sync.isPending} onClick={() => sync.mutate(null)}>
          {t("shell:lease.try")}
        </Button>
      </div>
    </div>
  );
}

/** Nobody is in: names, a PIN, and how it stands with the server; nothing of what lies behind. */
export function Lock({ session }: { session: HomeState }) {
  const t = useWords();
  useKeys({}, { modal: true });
  return (
    <main className="lock" data-testid="lock">
      <header className="row g12">
        <span className="t3">
          <Icon of={LockIcon} size={20} />
        </span>
        <h1>{session.store?.name ?? session.workspace?.name}</h1>
        <span className="t3">{session.device?.name}</span>
        <span className="grow" />
        <SyncWords />
      </header>
      {session.lock === "lease" ? <LeaseOver /> : <SignIn onDone={() => undefined} />}
      <footer className="t3 sm">{t("shell:lock.keys")}</footer>
    </main>
  );
}
