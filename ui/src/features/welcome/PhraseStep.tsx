import { Button, Input } from "antd";
import type { InputRef } from "antd";
import type { SubmitEvent } from "react";
import { useEffect, useId, useRef, useState } from "react";
import { KeepPhrase, PhraseKept, usePhraseFile } from "../../forms/KeepPhrase";
import type { Failure } from "../../host/failure";
import { useWords } from "../../i18n/words";
import { Bars } from "../../parts/Bars";
import { Failed } from "../../parts/Failed";
import { PhraseWords } from "../../parts/PhraseWords";
import { useAct } from "../../query/use";
import { Refused } from "./NamesStep";
import { sameWord, twoPlaces } from "./phrase";

/** Two words asked back: enough to know that all were written down. */
function Check({
  words,
  onDone,
  onBack,
}: {
  words: readonly string[];
  onDone: () => void;
  onBack: () => void;
}) {
  const t = useWords();
  const id = useId();
  const [places] = useState(() => twoPlaces(words.length));
  const [typed, setTyped] = useState(["", ""]);
  const [wrong, setWrong] = useState(false);
  const first = useRef<InputRef>(null);
  const confirm = useAct("recovery.confirm");
  useEffect(() => first.current?.focus(), []);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const right = places.every((place, index) => sameWord(typed[index] ?? "", words[place] ?? ""));
    setWrong(!right);
    if (right && !confirm.isPending) confirm.mutate({ words: words.join(" ") }, { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit} className="welcome-step">
      <h1>{t("welcome:phrase.check")}</h1>
      <div className="row g16 top wrap">
        {places.map((place, index) => (
          <div key={place} className="welcome-field half">
            <label htmlFor={`${id}-${index}`}>{t("welcome:phrase.nth", { n: place + 1 })}</label>
            <Input
              ref={index === 0 ? first : undefined}
              id={`${id}-${index}`}
              size="large"
              value={typed[index]}
              autoComplete="off"
              spellCheck={false}
              status={wrong && !sameWord(typed[index] ?? "", words[place] ?? "") ? "error" : ""}
              data-testid={`phrase-word-${place + 1}`}
              onChange={(event) => {
                setTyped(typed.with(index, event.target.value));
                setWrong(false);
              }}
            />
          </div>
        ))}
      </div>
      {wrong && (
        <p className="err" role="alert">
          {t("welcome:phrase.wrong")}
        </p>
      )}
      {confirm.error !== null && <Refused failure={confirm.error} />}
      <div className="row g12">
        <Button type="primary" size="large" htmlType="submit" disabled={confirm.isPending}>
          {t("welcome:phrase.confirm")}
        </Button>
        <Button type="text" size="large" onClick={onBack}>
          {t("welcome:phrase.again")}
        </Button>
      </div>
    </form>
  );
}

interface PhraseStepProps {
  words: readonly string[] | null;
  failure: Failure | null;
  shop: string;
  onRetry: () => void;
  onDone: () => void;
}

/** Twelve words that open this shop's data on another machine: to be written down, saved or printed, or later. */
export function PhraseStep({ words, failure, shop, onRetry, onDone }: PhraseStepProps) {
  const t = useWords();
  const [checking, setChecking] = useState(false);
  const file = usePhraseFile(shop);
  const kept = file.path !== null;
  if (checking && words !== null)
    return <Check words={words} onDone={onDone} onBack={() => setChecking(false)} />;
  return (
    <section className="welcome-step">
      <h1>{t("welcome:phrase.title")}</h1>
      <p className="t2 why">{t("welcome:phrase.why")}</p>
      <div className="sheet">
        <p className="print-only">{t("welcome:phrase.sheet", { shop })}</p>
        {failure !== null && <Failed failure={failure} onRetry={onRetry} saved />}
        {failure === null && words === null && <Bars count={3} />}
        {words !== null && <PhraseWords words={words} />}
      </div>
      {kept || file.failure !== null ? (
        <PhraseKept file={file} />
      ) : (
        <p className="t3 sm">{t("welcome:phrase.once")}</p>
      )}
      <div className="row g12 wrap">
        <Button
          type="primary"
          size="large"
          disabled={words === null}
          onClick={() => (kept ? onDone() : setChecking(true))}
          data-testid="phrase-written"
        >
          {t(kept ? "welcome:phrase.enter" : "welcome:phrase.written")}
        </Button>
        <KeepPhrase file={file} size="large" disabled={words === null} />
        {!kept && (
          <span className="grow end">
            <Button type="text" size="large" onClick={onDone} data-testid="phrase-later">
              {t("welcome:phrase.later")}
            </Button>
          </span>
        )}
      </div>
    </section>
  );
}
