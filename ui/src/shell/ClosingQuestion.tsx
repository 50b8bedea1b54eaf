import { Button, Modal } from "antd";
import { useState } from "react";
import { call } from "../host/call";
import type { Failure } from "../host/failure";
import { toFailure } from "../host/failure";
import { closeWindow } from "../host/window";
import { useFailureWords } from "../i18n/failure";
import { count } from "../i18n/figures";
import { useWords } from "../i18n/words";
import { Note } from "../parts/Note";
import { useKeys } from "./hotkeys";
import { useSyncStatus } from "./session";

function Refused({ failure }: { failure: Failure }) {
  return <Note kind="error" urgent title={useFailureWords(failure)} />;
}

/** Enter sends: the focus is there as soon as the button is. */
function prefer(button: HTMLButtonElement | null) {
  button?.focus();
}

/** What becomes of the work that waits: sent first, left for the next time, or the window stays. */
export function ClosingQuestion({ onStay }: { onStay: () => void }) {
  const t = useWords();
  const waits = useSyncStatus()?.outbox_count ?? 0;
  const [sending, setSending] = useState(false);
  const [refused, setRefused] = useState<Failure | null>(null);
  useKeys({}, { modal: true });
  const send = async () => {
    setSending(true);
    try {
      await call("sync.now", null);
      await closeWindow();
    } catch (thrown) {
      setRefused(toFailure(thrown));
      setSending(false);
    }
  };
  return (
    <Modal
      open
      title={t("shell:closing.title", { count: waits, figure: count(waits) })}
      onCancel={onStay}
      width={440}
      footer={[
        <Button key="stay" type="text" onClick={onStay}>
          {t("shell:closing.stay")}
        </Button>,
        <Button key="close" onClick={() => void closeWindow()} data-testid="close-anyway">
          {t("shell:closing.close")}
        </Button>,
        <Button key="send" type="primary" ref={prefer} loading={sending} onClick={() => void send()}>
          {t("shell:closing.send")}
        </Button>,
      ]}
    >
      <div className="col g12">
        <p>{t("shell:closing.why")}</p>
        {refused !== null && <Refused failure={refused} />}
      </div>
    </Modal>
  );
}
