import { Button, Input } from "antd";
import { Check } from "lucide-react";
import { useState } from "react";
import { Refused } from "../../forms/Refused";
import { openPath, savePath } from "../../host/window";
import { decimal } from "../../i18n/figures";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";
import { Icon } from "../../parts/Icon";
import { Note } from "../../parts/Note";
import { Section } from "../../parts/Section";
import { useAct } from "../../query/use";

const kinds = [{ name: "Shuke", extensions: ["shuke"] }];

function Make() {
  const t = useWords();
  const format = useFormat();
  const make = useAct("backup.make");
  const start = async () => {
    const path = await savePath(t("settings:backup.file", { day: format.fullDay(new Date()) }), kinds);
    if (path !== null) make.mutate({ path });
  };
  return (
    <Section title={t("settings:backup.title")} note={t("settings:backup.note")}>
      <div className="col g12 settingsbody">
        <p className="t2">{t("settings:backup.why")}</p>
        <div>
          <Button disabled={make.isPending} onClick={() => void start()}>
            {t(make.isPending ? "settings:backup.making" : "settings:backup.make")}
          </Button>
        </div>
        {make.data !== undefined && (
          <p className="ok row g8" role="status">
            <Icon of={Check} />
            <span className="wraps">
              {t("settings:backup.made", {
                path: make.data.path,
                size: decimal(make.data.bytes / 1_048_576, 1),
              })}
            </span>
          </p>
        )}
        <Refused failure={make.error} />
      </div>
    </Section>
  );
}

/** Codes that mean: this machine's key does not open that file, the twelve words might. */
const needsPhrase: readonly string[] = [
  "backup.wrong_key",
  "key.missing",
  "recovery.phrase_wrong",
  "recovery.phrase_invalid",
];

function Restore() {
  const t = useWords();
  const restore = useAct("backup.restore");
  const [path, setPath] = useState<string | null>(null);
  const [phrase, setPhrase] = useState("");
  const asks = restore.error !== null && needsPhrase.includes(restore.error.code);
  const choose = async () => {
    const chosen = await openPath(kinds);
    if (chosen === null) return;
    restore.reset();
    setPhrase("");
    setPath(chosen);
  };
  const start = () => {
    if (path === null) return;
    const words = phrase.trim() === "" ? {} : { phrase: phrase.trim().split(/\s+/).join(" ") };
    restore.mutate({ path, ...words }, { onSuccess: () => setPath(null) });
  };
  return (
    <Section title={t("settings:restore.title")} note={t("settings:restore.note")}>
      <div className="col g12 settingsbody">
        {path === null ? (
          <div>
            <Button onClick={() => void choose()}>{t("settings:restore.choose")}</Button>
          </div>
        ) : (
          <>
            <Note kind="warning" title={t("settings:restore.sure")}>
              <span className="wraps">{path}</span>
            </Note>
            {asks && (
              <>
                <label htmlFor="restore-phrase">{t("settings:restore.phrase")}</label>
                <Input.TextArea
                  id="restore-phrase"
                  autoSize={{ minRows: 2, maxRows: 4 }}
                  spellCheck={false}
                  value={phrase}
                  onChange={(event) => setPhrase(event.target.value)}
                />
              </>
            )}
            <Refused failure={restore.error} />
            <div className="row g8">
              <Button disabled={restore.isPending || (asks && phrase.trim() === "")} onClick={start}>
                {t(restore.isPending ? "settings:restore.working" : "settings:restore.start")}
              </Button>
              <Button type="text" disabled={restore.isPending} onClick={() => setPath(null)}>
                {t("settings:cancel")}
              </Button>
            </div>
          </>
        )}
        {restore.isSuccess && (
          <p className="ok row g8" role="status">
            <Icon of={Check} />
            {t("settings:restore.done")}
          </p>
        )}
      </div>
    </Section>
  );
}

export function Backup() {
  return (
    <>
      <Make />
      <Restore />
    </>
  );
}
