import { useQueryClient } from "@tanstack/react-query";
import { Navigate, useNavigate } from "@tanstack/react-router";
import { Segmented } from "antd";
import { useState } from "react";
import type { HomeState } from "../../bindings/app";
import { call } from "../../host/call";
import { chooseLanguage, languages, useLanguage } from "../../i18n/language";
import type { Language } from "../../i18n/language";
import { useWords } from "../../i18n/words";
import { Note } from "../../parts/Note";
import { reading, useAct, useRead } from "../../query/use";
import { DemoProgress } from "./DemoProgress";
import { NamesStep } from "./NamesStep";
import { PhraseStep } from "./PhraseStep";
import { RestoreStep } from "./RestoreStep";
import { StartStep } from "./StartStep";
import type { Way } from "./StartStep";
import "./welcome.css";

/** Enough to feel like a shop, little enough to be there in a moment. */
const demo = { customers: 2000, sales: 9000, seed: 1 };

type Step = "start" | "names" | "phrase" | "demo" | "restore";

const spoken: Record<Language, string> = { "zh-CN": "简体中文", "zh-TW": "繁體中文", en: "English" };

function Languages() {
  const t = useWords();
  const language = useLanguage();
  return (
    <Segmented
      options={languages.map((one) => ({
        value: one,
        label: <span lang={one}>{spoken[one]}</span>,
      }))}
      value={language}
      onChange={chooseLanguage}
      aria-label={t("welcome:language")}
      data-testid="language"
    />
  );
}

/** What was on this machine has ended: said before anything else begins. */
function HasEnded({ ending }: { ending: string }) {
  const t = useWords();
  const how = ending === "lost" ? "lost" : "retired";
  return (
    <Note kind="warning" title={t(`welcome:ended.${how}`)}>
      {t(`welcome:ended.${how}_why`)}
    </Note>
  );
}

/** What this is, in three lines: the first thing anyone reads. */
function Greeting() {
  const t = useWords();
  return (
    <header className="greeting">
      <div className="seal large" lang="zh-CN" aria-hidden="true">
        熟
      </div>
      <div className="greeting-words">
        <p className="amountlike">{t("welcome:greeting.title")}</p>
        <p className="lg t2">{t("welcome:greeting.what")}</p>
        <ul className="t2">
          <li>{t("welcome:greeting.offline")}</li>
          <li>{t("welcome:greeting.private")}</li>
          <li>{t("welcome:greeting.grow")}</li>
        </ul>
      </div>
      <Languages />
    </header>
  );
}

function Steps({ at, of }: { at: number; of: number }) {
  const t = useWords();
  return (
    <div className="steps">
      <span className="sm t3">{t("welcome:step", { at, of })}</span>
      <span className="dashes" aria-hidden="true">
        {Array.from({ length: of }, (_, index) => (
          <i key={index} className={index < at ? "on" : undefined} />
        ))}
      </span>
    </div>
  );
}

/** First run: open a shop, join one or look around; names; the recovery phrase. Three steps at most. */
export function Screen() {
  const t = useWords();
  const navigate = useNavigate();
  const client = useQueryClient();
  const language = useLanguage();
  const [step, setStep] = useState<Step>("start");
  const [way, setWay] = useState<Way>("found");
  const [shop, setShop] = useState("");
  const [code, setCode] = useState("");
  const [person, setPerson] = useState("");
  const [device, setDevice] = useState("");
  const found = useAct("home.found");
  const join = useAct("sync.enroll");
  const look = useAct("home.demo");
  const phrase = useAct("recovery.create");

  const home = useRead("home.state", null).data;

  const ready = (home: HomeState) => {
    // What was read before belongs to no shop, or to another one.
    client.removeQueries({ predicate: (query) => query.queryKey[0] !== "home.state" });
    client.setQueryData(reading("home.state", null).queryKey, home);
    // The language chosen here also holds for receipts and for the command line; the window has it already.
    void call("settings.set", { locale: language }).catch(() => undefined);
  };
  const enter = () => void navigate({ to: "/" });
  const makePhrase = () => phrase.mutate({ locale: language });
  const startDemo = () => {
    setStep("demo");
    look.mutate(demo, {
      onSuccess: (home) => {
        ready(home);
        enter();
      },
    });
  };
  const settle = () => {
    const names = {
      device_name: device.trim() === "" ? t("welcome:names.device_default") : device.trim(),
    };
    const who = person.trim();
    if (way === "join") {
      join.mutate(
        { code: code.replace(/\s+/g, ""), ...names, ...(who === "" ? {} : { person_name: who }) },
        {
          onSuccess: (home) => {
            ready(home);
            enter();
          },
        },
      );
      return;
    }
    found.mutate(
      { workspace: shop.trim(), ...names, person: who === "" ? t("welcome:names.person_hint") : who },
      {
        onSuccess: (home) => {
          ready(home);
          setStep("phrase");
          makePhrase();
        },
      },
    );
  };
  const back = () => {
    found.reset();
    join.reset();
    look.reset();
    setStep("start");
  };
  // The first run is over: there is a shop, and nobody is in the middle of founding it.
  if (home?.phase === "ready" && step === "start") return <Navigate to="/" replace />;
  return (
    <div className="welcome" data-testid="welcome">
      <Greeting />
      <main className="welcome-pane">
        <div className="welcome-inner">
          {step === "start" && <Steps at={1} of={way === "demo" ? 1 : way === "join" ? 2 : 3} />}
          {step === "names" && <Steps at={2} of={way === "join" ? 2 : 3} />}
          {step === "phrase" && <Steps at={3} of={3} />}
          {step === "start" && home?.ended !== undefined && <HasEnded ending={home.ended.ending} />}
          {step === "start" && (
            <StartStep
              way={way}
              shop={shop}
              code={code}
              onWay={setWay}
              onShop={setShop}
              onCode={setCode}
              onNext={() => (way === "demo" ? startDemo() : setStep("names"))}
              onRestore={() => setStep("restore")}
            />
          )}
          {step === "names" && (
            <NamesStep
              way={way}
              person={person}
              device={device}
              pending={found.isPending || join.isPending}
              failure={found.error ?? join.error}
              onPerson={setPerson}
              onDevice={setDevice}
              onBack={back}
              onDone={settle}
            />
          )}
          {step === "phrase" && (
            <PhraseStep
              words={phrase.data?.words ?? null}
              failure={phrase.error}
              shop={shop}
              onRetry={makePhrase}
              onDone={enter}
            />
          )}
          {step === "restore" && (
            <RestoreStep
              onBack={back}
              onDone={(home) => {
                ready(home);
                enter();
              }}
            />
          )}
          {step === "demo" && (
            <DemoProgress customers={demo.customers} failure={look.error} onRetry={startDemo} onBack={back} />
          )}
        </div>
      </main>
    </div>
  );
}
