import { Button, Input } from "antd";
import { Check, Printer } from "lucide-react";
import { useState } from "react";
import { Refused } from "../../forms/Refused";
import { printPage } from "../../host/window";
import { useLanguage } from "../../i18n/language";
import { useWords } from "../../i18n/words";
import { Icon } from "../../parts/Icon";
import { Note } from "../../parts/Note";
import { Section } from "../../parts/Section";
import { useAct } from "../../query/use";
import { useSession } from "../../shell/session";

/** Twelve words, shown once: written down, typed back, gone from the screen. */
export function Recovery() {
  const t = useWords();
  const language = useLanguage();
  const session = useSession();
  const create = useAct("recovery.create");
  const confirm = useAct("recovery.confirm");
  const [words, setWords] = useState<readonly string[] | null>(null);
  const [checking, setChecking] = useState(false);
  const [typed, setTyped] = useState("");
  const saved = session?.recovery_saved === true;
  const begin = () =>
    create.mutate(
      { locale: language },
      {
        onSuccess(phrase) {
          setWords(phrase.words);
          setChecking(false);
          setTyped("");
        },
      },
    );
  const check = () =>
    confirm.mutate(
      { words: typed.trim().split(/\s+/).join(" ") },
      {
        onSuccess() {
          setWords(null);
          setChecking(false);
          setTyped("");
        },
      },
    );
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
            <Button onClick={begin} disabled={create.isPending}>
              {t(saved ? "settings:recovery.again" : "settings:recovery.make")}
            </Button>
            {saved && <p className="sm t3 settingswhy">{t("settings:recovery.again_why")}</p>}
          </div>
        )}
        {words !== null && !checking && (
          <>
            <ol className="phrasewords">
              {words.map((word, at) => (
                <li key={at}>
                  <span className="t3">{at + 1}</span>
                  <b>{word}</b>
                </li>
              ))}
            </ol>
            <p className="sm t3">{t("settings:recovery.once")}</p>
            <div className="row g8">
              <Button onClick={() => setChecking(true)}>{t("settings:recovery.written")}</Button>
              <Button type="text" icon={<Icon of={Printer} />} onClick={printPage}>
                {t("settings:recovery.print")}
              </Button>
            </div>
          </>
        )}
        {words !== null && checking && (
          <>
            <label htmlFor="recovery-typed">{t("settings:recovery.type")}</label>
            <Input.TextArea
              id="recovery-typed"
              // eslint-disable-next-line jsx-a11y/no-autofocus -- the button asked for it
              autoFocus
              autoSize={{ minRows: 2, maxRows: 4 }}
              spellCheck={false}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
            <Refused failure={confirm.error} />
            <div className="row g8">
              <Button disabled={typed.trim() === "" || confirm.isPending} onClick={check}>
                {t("settings:recovery.confirm")}
              </Button>
              <Button type="text" onClick={() => setChecking(false)}>
                {t("settings:recovery.look")}
              </Button>
            </div>
          </>
        )}
        <Refused failure={create.error} />
      </div>
    </Section>
  );
}
