import { Button, Input } from "antd";
import type { ButtonProps } from "antd";
import { useId, useState } from "react";
import type { HomeState } from "../bindings/app";
import { call } from "../host/call";
import type { Progress } from "../host/call";
import { openPath } from "../host/window";
import { decimal } from "../i18n/figures";
import { useWords } from "../i18n/words";
import { Note } from "../parts/Note";
import { Stoppable } from "../parts/Stoppable";
import { useProgress } from "../query/progress";
import { useAct } from "../query/use";
import { Refused } from "./Refused";

const kinds = [{ name: "Shuke", extensions: ["shuke"] }];

/** Codes that mean: no key here opens that file, the twelve words might. */
const needsPhrase: readonly string[] = [
  "backup.wrong_key",
  "key.missing",
  "key.damaged",
  "recovery.phrase_wrong",
  "recovery.phrase_invalid",
  "recovery.phrase_length",
  "recovery.phrase_word",
];

function Working({ progress }: { progress: Progress | null }) {
  const t = useWords();
  const words = t("rescue:restore.working");
  const megabytes = (bytes: number) => decimal(bytes / 1_048_576, 1);
  const share = progress === null || progress.all === 0 ? 0 : progress.done / progress.all;
  return (
    <Stoppable
      label={words}
      share={share}
      stop={t("rescue:restore.stop")}
      stopping={t("rescue:restore.stopping")}
      onStop={() => void call("backup.cancel", null)}
    >
      {progress === null
        ? words
        : share < 1
          ? t("rescue:restore.progress", {
              done: megabytes(progress.done),
              all: megabytes(progress.all),
            })
          : t("rescue:restore.checking")}
    </Stoppable>
  );
}

interface RestoreFormProps {
  /** What a restore would put aside: nothing where there is nothing yet. */
  replaces: boolean;
  /** A backup that was chosen already. */
  chosen?: string | null;
  size?: ButtonProps["size"];
  onDone: (home: HomeState) => void;
}

/** Chooses a backup, asks for the words only where the key is not here, and says how far it is. */
export function RestoreForm({ replaces, chosen = null, size = "middle", onDone }: RestoreFormProps) {
  const t = useWords();
  const id = useId();
  const restore = useAct("backup.restore");
  const [path, setPath] = useState<string | null>(chosen);
  const [phrase, setPhrase] = useState("");
  const [asks, setAsks] = useState(false);
  const progress = useProgress("restore", restore.isPending);
  const choose = async () => {
    const next = await openPath(kinds);
    if (next === null) return;
    restore.reset();
    setAsks(false);
    setPath(next);
  };
  const leave = () => {
    restore.reset();
    setAsks(false);
    setPath(null);
  };
  const start = () => {
    if (path === null) return;
    const words = phrase.trim() === "" ? {} : { phrase: phrase.trim() };
    restore.mutate(
      { path, ...words },
      {
        onSuccess(home) {
          setPath(null);
          setPhrase("");
          onDone(home);
        },
        onError(failure) {
          setAsks(needsPhrase.includes(failure.code));
        },
      },
    );
  };
  if (path === null) {
    return (
      <div>
        <Button size={size} onClick={() => void choose()} data-testid="restore-choose">
          {t("rescue:restore.choose")}
        </Button>
      </div>
    );
  }
  // The first time that is no refusal: nobody was asked for the words yet.
  const refused = asks && restore.variables?.phrase === undefined ? null : restore.error;
  return (
    <div className="col g12">
      <Note kind="info" title={<span className="wraps">{path}</span>}>
        {replaces && t("rescue:restore.sure")}
      </Note>
      {asks && (
        <div className="col g4">
          <label htmlFor={id}>{t("rescue:restore.phrase")}</label>
          <Input.TextArea
            id={id}
            // eslint-disable-next-line jsx-a11y/no-autofocus -- the last step asked for it
            autoFocus
            autoSize={{ minRows: 2, maxRows: 4 }}
            spellCheck={false}
            autoComplete="off"
            value={phrase}
            aria-describedby={`${id}-why`}
            onChange={(event) => setPhrase(event.target.value)}
          />
          <p id={`${id}-why`} className="sm t3">
            {t("rescue:restore.phrase_hint")}
          </p>
        </div>
      )}
      <Refused failure={refused} />
      {restore.isPending && <Working progress={progress} />}
      <div className="row g8">
        <Button
          size={size}
          disabled={restore.isPending || (asks && phrase.trim() === "")}
          onClick={start}
          data-testid="restore-start"
        >
          {t("rescue:restore.start")}
        </Button>
        <Button size={size} type="text" disabled={restore.isPending} onClick={() => void choose()}>
          {t("rescue:restore.other")}
        </Button>
        <Button size={size} type="text" disabled={restore.isPending} onClick={leave}>
          {t("rescue:restore.cancel")}
        </Button>
      </div>
    </div>
  );
}
