import { Button, Input } from "antd";
import type { KeyboardEvent } from "react";
import { useState } from "react";
import type { MaySignIn } from "../bindings/app";
import { Refused } from "../forms/Refused";
import { useWords } from "../i18n/words";
import { Avatar } from "../parts/Avatar";
import { Bars } from "../parts/Bars";
import { EmptyState } from "../parts/EmptyState";
import { Failed } from "../parts/Failed";
import { useAct, useRead } from "../query/use";
import { PinPad } from "./PinPad";

function People({
  people,
  at,
  onChoose,
}: {
  people: readonly MaySignIn[];
  at: string | null;
  onChoose: (id: string) => void;
}) {
  const t = useWords();
  return (
    <ul className="lockpeople" aria-label={t("shell:lock.people")}>
      {people.map((person) => (
        <li key={person.id}>
          <button
            type="button"
            className={person.id === at ? "on" : ""}
            aria-pressed={person.id === at}
            data-testid="person"
            data-id={person.id}
            onClick={() => onChoose(person.id)}
          >
            <Avatar name={person.name} />
            <span className="grow">
              <span className="lg">{person.name}</span>
              <span className="t3 sm">
                {person.has_pin ? t(`nouns:role.${person.role}`) : t("shell:lock.no_pin")}
              </span>
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** An owner who forgot the PIN comes in by the recovery words. */
function Recover({ owner, onBack }: { owner: MaySignIn; onBack: () => void }) {
  const t = useWords();
  const [words, setWords] = useState("");
  const recover = useAct("people.recover");
  return (
    <div className="col g12 lockrecover">
      <label htmlFor="lock-words">{t("shell:lock.words", { name: owner.name })}</label>
      <Input.TextArea
        id="lock-words"
        // eslint-disable-next-line jsx-a11y/no-autofocus -- the button asked for it
        autoFocus
        autoSize={{ minRows: 3, maxRows: 5 }}
        spellCheck={false}
        value={words}
        onChange={(event) => setWords(event.target.value)}
      />
      <p className="t3 sm">{t("shell:lock.words_why")}</p>
      <Refused failure={recover.error} />
      <div className="row g8">
        <Button
          disabled={words.trim() === "" || recover.isPending}
          onClick={() => recover.mutate({ person: owner.id, words: words.trim().split(/\s+/).join(" ") })}
        >
          {t("shell:lock.recover")}
        </Button>
        <Button type="text" onClick={onBack}>
          {t("shell:lock.back")}
        </Button>
      </div>
    </div>
  );
}

interface SignInProps {
  /** Somebody to begin with: whoever is not in already. */
  onDone: () => void;
}

/** Who, and their PIN: two keys and digits, or two fingers. */
export function SignIn({ onDone }: SignInProps) {
  const t = useWords();
  const { data, error, refetch } = useRead("people.switcher", null);
  const [chosen, setChosen] = useState<string | null>(null);
  const [pin, setPin] = useState("");
  const [forgot, setForgot] = useState(false);
  const signIn = useAct("people.sign_in");
  const people = data?.people ?? [];
  const other = people.find((person) => person.id !== data?.person && person.has_pin);
  const at = people.find((person) => person.id === chosen) ?? other ?? people[0];
  if (error !== null) return <Failed failure={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Bars count={3} />;
  if (at === undefined) return <EmptyState>{t("shell:lock.nobody")}</EmptyState>;
  // What was typed for one is nothing for another.
  const choose = (id: string) => {
    setChosen(id);
    setPin("");
  };
  const enter = () =>
    signIn.mutate(
      { person: at.id, pin },
      {
        onSuccess: onDone,
        onSettled: () => setPin(""),
      },
    );
  const move = (event: KeyboardEvent) => {
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const next = people[people.indexOf(at) + by];
    if (by === 0 || next === undefined) return;
    event.preventDefault();
    choose(next.id);
  };
  return (
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions -- hears the arrows of the field in it
    <div className="signin" onKeyDown={move}>
      <People people={people} at={at.id} onChoose={choose} />
      {forgot && at.role === "owner" ? (
        <Recover owner={at} onBack={() => setForgot(false)} />
      ) : (
        <div className="col g12">
          <PinPad
            pin={pin}
            label={t("shell:lock.pin_of", { name: at.name })}
            disabled={signIn.isPending}
            onPin={setPin}
            onDone={enter}
          />
          <div className="lockwhy" aria-live="polite" data-testid="lock-why">
            <Refused failure={signIn.error} />
          </div>
          {at.role === "owner" && (
            <button type="button" className="bare t3" onClick={() => setForgot(true)}>
              {t("shell:lock.forgot")}
            </button>
          )}
        </div>
      )}
    </div>
  );
}
