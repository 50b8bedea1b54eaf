import { useCallback } from "react";
import { useWords } from "../i18n/words";
import type { KeyId } from "./keys";
import { roomsOf } from "./rooms";
import { useSession } from "./session";

type RoomKey = Extract<KeyId, `shell.room${number}`>;

/** The place in the rail that a key goes to, or `null` for every other key. */
export function roomOf(id: KeyId): number | null {
  const place = /^shell\.room(\d)$/.exec(id);
  return place === null ? null : Number(place[1]) - 1;
}

function leadsToRoom(id: KeyId): id is RoomKey {
  return roomOf(id) !== null;
}

/** What a key is called: its own words, or the room it goes to. */
export function useKeyName(): (id: KeyId) => string {
  const t = useWords();
  const role = useSession()?.person?.role;
  return useCallback(
    (id) => {
      if (!leadsToRoom(id)) return t(`shell:keys.${id}`);
      const room = roomsOf(role)[roomOf(id) ?? 0];
      return room === undefined ? "" : t(`shell:room.${room.id}`);
    },
    [t, role],
  );
}
