import { Hourglass } from "lucide-react";
import type { HomeState } from "../bindings/app";
import { Facts } from "../parts/Facts";
import { useNow } from "../i18n/now";
import { useWords } from "../i18n/words";
import { Icon } from "../parts/Icon";
import { Kbd } from "../parts/Kbd";
import { BackupWords } from "./BackupWords";
import { useShownCaps } from "./hotkeys";
import { useKeyName } from "./keyName";
import { writeKey } from "./keys";
import { ShiftWords } from "./ShiftWords";
import { SyncWords } from "./SyncWords";

const day = 24 * 60 * 60 * 1000;

/** The lease ends within a week: how many days are left to reach the server. */
function LeaseWords({ endsAt }: { endsAt: number }) {
  const t = useWords();
  const left = Math.max(0, Math.ceil((endsAt - useNow().getTime()) / day));
  return (
    <span className="row g4 warn nw" title={t("shell:lease.why")} data-testid="lease">
      <Icon of={Hourglass} size={14} />
      {t("shell:lease.ending", { count: left })}
    </span>
  );
}

/** Who and where at the left, the keys of the screen in the middle, how it stands with the server at the right. */
export function StatusBar({ session }: { session: HomeState | undefined }) {
  const name = useKeyName();
  const caps = useShownCaps();
  return (
    <footer className="status">
      <span className="where">
        <Facts
          items={[(session?.store ?? session?.workspace)?.name, session?.device?.name, session?.person?.name]}
        />
      </span>
      <ShiftWords />
      <span className="keys" aria-hidden="true">
        {caps.map((id) => (
          <span key={id}>
            <Kbd>{writeKey(id)}</Kbd>
            {name(id)}
          </span>
        ))}
      </span>
      {session?.lease_ends_at !== undefined && <LeaseWords endsAt={session.lease_ends_at} />}
      <BackupWords />
      <SyncWords />
    </footer>
  );
}
