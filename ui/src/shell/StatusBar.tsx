import type { HomeState } from "../bindings/app";
import { Facts } from "../parts/Facts";
import { Kbd } from "../parts/Kbd";
import { useShownCaps } from "./hotkeys";
import { useKeyName } from "./keyName";
import { writeKey } from "./keys";
import { SyncWords } from "./SyncWords";

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
      <span className="keys" aria-hidden="true">
        {caps.map((id) => (
          <span key={id}>
            <Kbd>{writeKey(id)}</Kbd>
            {name(id)}
          </span>
        ))}
      </span>
      <SyncWords />
    </footer>
  );
}
