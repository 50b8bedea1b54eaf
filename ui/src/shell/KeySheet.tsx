import { Modal } from "antd";
import { useWords } from "../i18n/words";
import { Kbd } from "../parts/Kbd";
import { useKeys } from "./hotkeys";
import type { KeyId } from "./keys";
import { keyIds, keyRow, writeChord, writeKey, onMac } from "./keys";
import { roomOf, useKeyName } from "./keyName";
import { roomsOf } from "./rooms";
import { useSession } from "./session";

const groups = ["shell", "counter", "customers", "customer", "today", "grid"] as const;

function caps(id: KeyId): string[] {
  const row = keyRow(id);
  return row.written === undefined
    ? row.on.slice(0, 1).map((chord) => writeChord(chord, onMac))
    : [writeKey(id)];
}

/** A key of a room that does not exist yet would be a promise. */
function exists(id: KeyId, rooms: number): boolean {
  const room = roomOf(id);
  return room === null || room < rooms;
}

/** All keys, by room. */
export function KeySheet({ onClose }: { onClose: () => void }) {
  const t = useWords();
  const name = useKeyName();
  const rooms = roomsOf(useSession()?.person?.role).length;
  useKeys({}, { modal: true });
  return (
    <Modal open onCancel={onClose} title={t("shell:sheet.title")} footer={null} width={760}>
      <div className="keysheet">
        {groups.map((group) => (
          <section key={group}>
            <h2>{t(`shell:sheet.${group}`)}</h2>
            <dl>
              {keyIds
                .filter((id) => id.startsWith(`${group}.`) && exists(id, rooms))
                .map((id) => (
                  <div key={id} className="row g8">
                    <dt>
                      {caps(id).map((cap) => (
                        <Kbd key={cap}>{cap}</Kbd>
                      ))}
                    </dt>
                    <dd>{name(id)}</dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}
