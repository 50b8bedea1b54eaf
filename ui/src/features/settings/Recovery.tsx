import { Button, Input } from "antd";
import { Check } from "lucide-react";
import { useState } from "react";
import { KeepPhrase, PhraseKept, usePhraseFile } from "../../forms/KeepPhrase";
import { Refused } from "../../forms/Refused";
import { useLanguage } from "../../i18n/language";
import { useWords } from "../../i18n/words";
import { Icon } from "../../parts/Icon";
import { Note } from "../../parts/Note";
import { PhraseWords } from "../../parts/PhraseWords";
import { Section } from "../../parts/Section";
import { useAct } from "../../query/use";
import { useSession } from "../../shell/session";

/** The words typed back from the paper: then nobody is reminded any more. */
function Typing({ onDone, onLook }: { onDone: () => void; onLook: () => void }) {
  const t = useWords();
  const confirm = useAct("recovery.confirm");
  const [typed, setTyped] = useState("");
  return (
    <>
      <label htmlFor="recovery-typed">{t("settings:recovery.type")}</label>
      <Input.TextArea
        id="recovery-typed"
        // eslint-disable-next-line jsx-a11y/no-autofocus -- the button asked for it
        autoFocus
        autoSize={{ minRows: 2, maxRows: 4 }}
        spellCheck={false}
        autoComplete="off"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      <Refused failure={confirm.error} />
      <div className="row g8">
        <Button
          disabled={typed.trim() === "" || confirm.isPending}
          onClick={() => confirm.mutate({ words: typed.trim() }, { onSuccess: onDone })}
        >
          {t("settings:recovery.confirm")}
        </Button>
        <Button type="text" onClick={onLook}>
          {t("settings:recovery.look")}
        </Button>
      </div>
    </>
  );
}

/** Twelve words, shown when asked for: written down and typed back, or saved to a file. */
export function Recovery() {
  const t = useWords();
  const language = useLanguage();
  const session = useSession();
  const create = useAct("recovery.create");
  const file = usePhraseFile(session?.workspace?.name ?? "");
  const [words, setWords] = useState<readonly string[] | null>(null);
  const [typing, setTyping] = useState(false);
  const saved = session?.recovery_saved === true;
  const show = () => create.mutate({ locale: language }, { onSuccess: (phrase) => setWords(phrase.words) });
  const hide = () => {
    setWords(null);
    setTyping(false);
  };
  return (
    <Section title={t("settings:recovery.title")} note={t("settings:recovery.note")}>
      <div className="col g16 settingsbody">
        <p className="t2">{t("settings:recovery.why")}</p>
        {session !== undefined && words === null && !saved && (
          <Note kind="warning" title={t("settings:recovery.missing")} />
        )}
        {words === null && saved && (
          <p className="ok row g8">
            <Icon of={Check} />
            {t("settings:recovery.saved")}
          </p>
        )}
        {words === null && (
          <div>
            <Button onClick={show} disabled={create.isPending}>
              {t(saved ? "settings:recovery.again" : "settings:recovery.make")}
            </Button>
          </div>
        )}
        {words !== null && !typing && (
          <>
            <PhraseWords words={words} />
            <p className="sm t3">{t("settings:recovery.once")}</p>
            <div className="row g8 wrap">
              {!saved && <Button onClick={() => setTyping(true)}>{t("settings:recovery.written")}</Button>}
              <KeepPhrase file={file} />
              <Button type="text" onClick={hide}>
                {t("settings:recovery.close")}
              </Button>
            </div>
            <PhraseKept file={file} />
          </>
        )}
        {words !== null && typing && <Typing onDone={hide} onLook={() => setTyping(false)} />}
        <Refused failure={create.error} />
      </div>
    </Section>
  );
}
