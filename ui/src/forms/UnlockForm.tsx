import { Button, Input } from "antd";
import { useId, useState } from "react";
import type { HomeState } from "../bindings/app";
import { useWords } from "../i18n/words";
import { useAct } from "../query/use";
import { Refused } from "./Refused";

/** Opens data whose key is not on this computer, by the recovery words. */
export function UnlockForm({ onDone }: { onDone: (home: HomeState) => void }) {
  const t = useWords();
  const id = useId();
  const unlock = useAct("recovery.unlock");
  const [words, setWords] = useState("");
  return (
    <div className="col g12">
      <div className="col g4">
        <label htmlFor={id}>{t("rescue:unlock.words")}</label>
        <Input.TextArea
          id={id}
          autoSize={{ minRows: 2, maxRows: 4 }}
          spellCheck={false}
          autoComplete="off"
          value={words}
          aria-describedby={`${id}-why`}
          onChange={(event) => setWords(event.target.value)}
        />
        <p id={`${id}-why`} className="sm t3">
          {t("rescue:restore.phrase_hint")}
        </p>
      </div>
      <Refused failure={unlock.error} />
      <div>
        <Button
          disabled={words.trim() === "" || unlock.isPending}
          onClick={() => unlock.mutate({ words: words.trim() }, { onSuccess: onDone })}
        >
          {t(unlock.isPending ? "rescue:unlock.working" : "rescue:unlock.start")}
        </Button>
      </div>
    </div>
  );
}
