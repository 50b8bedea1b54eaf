import { Button, Input } from "antd";
import type { InputRef } from "antd";
import type { SubmitEvent } from "react";
import { useEffect, useId, useRef } from "react";
import type { Failure } from "../../host/failure";
import { useFailureWords } from "../../i18n/failure";
import { useWords } from "../../i18n/words";
import { Note } from "../../parts/Note";
import type { Way } from "./StartStep";

export function Refused({ failure }: { failure: Failure }) {
  const t = useWords();
  return (
    <Note kind="error" urgent title={useFailureWords(failure)}>
      {t("welcome:nothing_done")} <code className="t3">{failure.code}</code>
    </Note>
  );
}

interface NamesStepProps {
  way: Way;
  person: string;
  device: string;
  pending: boolean;
  failure: Failure | null;
  onPerson: (name: string) => void;
  onDevice: (name: string) => void;
  onBack: () => void;
  onDone: () => void;
}

/** Who stands here, and what this machine is called: both may stay as they are. */
export function NamesStep({
  way,
  person,
  device,
  pending,
  failure,
  onPerson,
  onDevice,
  onBack,
  onDone,
}: NamesStepProps) {
  const t = useWords();
  const id = useId();
  const first = useRef<InputRef>(null);
  useEffect(() => first.current?.focus(), []);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!pending) onDone();
  };
  return (
    <form onSubmit={submit} className="welcome-step">
      <h1>{t("welcome:names.title")}</h1>
      <div className="welcome-field">
        <label htmlFor={`${id}-person`}>{t("welcome:names.person")}</label>
        <Input
          ref={first}
          id={`${id}-person`}
          size="large"
          value={person}
          maxLength={60}
          autoComplete="off"
          placeholder={way === "join" ? "" : t("welcome:names.person_hint")}
          aria-describedby={`${id}-person-why`}
          data-testid="person-name"
          onChange={(event) => onPerson(event.target.value)}
        />
        <p id={`${id}-person-why`} className="sm t3">
          {t(way === "join" ? "welcome:names.person_joins" : "welcome:names.person_why")}
        </p>
      </div>
      <div className="welcome-field">
        <label htmlFor={`${id}-device`}>{t("welcome:names.device")}</label>
        <Input
          id={`${id}-device`}
          size="large"
          value={device}
          maxLength={60}
          autoComplete="off"
          placeholder={t("welcome:names.device_default")}
          aria-describedby={`${id}-device-why`}
          data-testid="device-name"
          onChange={(event) => onDevice(event.target.value)}
        />
        <p id={`${id}-device-why`} className="sm t3">
          {t("welcome:names.device_why")}
        </p>
      </div>
      {failure !== null && <Refused failure={failure} />}
      <div className="row g12">
        <Button type="primary" size="large" htmlType="submit" disabled={pending} data-testid="welcome-done">
          {t(way === "join" ? "welcome:names.join" : "welcome:names.found")}
        </Button>
        <Button type="text" size="large" disabled={pending} onClick={onBack}>
          {t("welcome:back")}
        </Button>
        {pending && way === "join" && <span className="t3 sm">{t("welcome:names.joining")}</span>}
      </div>
    </form>
  );
}
