import { Link } from "@tanstack/react-router";
import { useWords } from "../i18n/words";
import { Avatar } from "../parts/Avatar";
import { Icon } from "../parts/Icon";
import type { Room } from "./rooms";

interface RailProps {
  rooms: readonly Room[];
  person: string | null;
  /** Work that waits in a room, shown as a number on it. */
  waiting?: Partial<Record<Room["id"], number>>;
  /** Somebody else wants to stand here. */
  onSwitch: () => void;
}

function RailLink({ room, waiting }: { room: Room; waiting: number }) {
  const t = useWords();
  return (
    <Link to={room.path} activeProps={{ className: "on", "aria-current": "page" }}>
      <Icon of={room.icon} size={20} />
      {t(`shell:room.${room.id}`)}
      {waiting > 0 && <b className="waiting">{waiting}</b>}
    </Link>
  );
}

/** The way between rooms, 64 px, always there. */
export function Rail({ rooms, person, waiting = {}, onSwitch }: RailProps) {
  const t = useWords();
  return (
    <nav className="rail" aria-label={t("shell:rooms")}>
      <div className="seal" lang="zh-CN" aria-hidden="true">
        熟
      </div>
      {rooms
        .filter((room) => !room.foot)
        .map((room) => (
          <RailLink key={room.id} room={room} waiting={waiting[room.id] ?? 0} />
        ))}
      <div className="grow" />
      {rooms
        .filter((room) => room.foot)
        .map((room) => (
          <RailLink key={room.id} room={room} waiting={waiting[room.id] ?? 0} />
        ))}
      {person !== null && (
        <button
          type="button"
          className="whoami"
          aria-label={t("shell:switch.open", { name: person })}
          data-testid="switch-person"
          onClick={onSwitch}
        >
          <Avatar name={person} />
        </button>
      )}
    </nav>
  );
}
