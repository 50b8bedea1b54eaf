import { useWords } from "../i18n/words";
import type { HomeState } from "../bindings/app";
import { Facts } from "../parts/Facts";
import { Kbd } from "../parts/Kbd";
import { useShownCaps } from "./hotkeys";
import { writeKey } from "./keys";
import { SyncWords } from "./SyncWords";

/** Who and where at the left, the keys of the screen in the middle, how it stands with the server at the right. */
export function StatusBar({ session }: { session: HomeState | undefined }) {
  const t = useWords();
  const caps = useShownCaps();
  return (
    <footer className="status">
      <span className="where">
        <Facts
          items={[(session?.store ?? session?.workspace)?.name, session?.device?.name, session?.person?.name]}
        />
      </span>
      <span className="keys" aria-hidden="true">
        {caps.map((id) => (
          <span key={id}>
            <Kbd>{writeKey(id)}</Kbd>
            {t(`shell:keys.${id}`)}
          </span>
        ))}
      </span>
      <SyncWords />
    </footer>
  );
}
