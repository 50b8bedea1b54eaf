import { useQueries } from "@tanstack/react-query";
import { Button, Checkbox, Input } from "antd";
import type { InputRef } from "antd";
import type { SubmitEvent } from "react";
import { useEffect, useId, useRef, useState } from "react";
import type { Customer } from "../../bindings/nouns";
import { CustomerPick } from "../../forms/CustomerPick";
import { useFailureWords } from "../../i18n/failure";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";
import type { Failure } from "../../host/failure";
import { Kbd } from "../../parts/Kbd";
import { Note } from "../../parts/Note";
import { reading, useAct, useRead } from "../../query/use";
import { useKeys } from "../../shell/hotkeys";
import { writeChord, onMac } from "../../shell/keys";
import type { Attached } from "./draft";
import type { Typed } from "./typed";
import { isWholeNumber } from "./typed";

const channels = ["wechat", "phone", "sms"] as const;
type Channel = (typeof channels)[number];

/** R31: the number may be somebody's already, or several people's. */
function Known({ phone, onTake }: { phone: string; onTake: (customer: Attached) => void }) {
  const t = useWords();
  const asked = isWholeNumber(phone);
  const answer = useRead("customer.by_phone", { phone }, { enabled: asked });
  const ids = asked ? (answer.data?.customers ?? []).slice(0, 3) : [];
  const files = useQueries({ queries: ids.map((id) => reading("customer.show", { id })) });
  const people = files.flatMap(({ data }) =>
    data === undefined || data.deleted ? [] : [{ id: data.id, name: data.customer.name ?? "" }],
  );
  return people.map((one) => (
    <Note
      key={one.id}
      kind="warning"
      title={t("counter:new.known", { name: one.name })}
      action={
        <Button className="mid" onClick={() => onTake(one)}>
          {t("counter:new.take")}
        </Button>
      }
    >
      {t("counter:new.known_why")}
    </Note>
  ));
}

function Refused({ failure }: { failure: Failure }) {
  return <Note kind="error" urgent title={useFailureWords(failure)} />;
}

interface NewCustomerProps {
  typed: Typed;
  onDone: (customer: Attached) => void;
  onTake: (customer: Attached) => void;
  onCancel: () => void;
}

/** A customer in three answers: name, number, and how they may be reached. */
export function NewCustomer({ typed, onDone, onTake, onCancel }: NewCustomerProps) {
  const t = useWords();
  const format = useFormat();
  const id = useId();
  const [name, setName] = useState(typed.name);
  const [phone, setPhone] = useState(typed.phone);
  const [agreed, setAgreed] = useState<readonly Channel[]>([]);
  const [referrer, setReferrer] = useState<string | null>(null);
  const add = useAct("customer.add");
  const nameField = useRef<InputRef>(null);
  const phoneField = useRef<InputRef>(null);
  useKeys({ "counter.clear": onCancel });
  useEffect(() => {
    // The one that is still missing.
    (typed.name === "" ? nameField : phoneField).current?.focus();
  }, [typed]);

  const save = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const called = name.trim();
    if (called === "" || add.isPending) {
      nameField.current?.focus();
      return;
    }
    const today = format.fullDay(new Date());
    const customer: Customer = {
      name: called,
      ...(phone.trim() === "" ? {} : { phone: phone.trim() }),
      ...(agreed.length === 0
        ? {}
        : { consent: Object.fromEntries(agreed.map((channel) => [channel, today])) }),
      ...(referrer === null ? {} : { referred_by: referrer }),
      joined_on: today,
    };
    add.mutate({ customer }, { onSuccess: (added) => onDone({ id: added.id, name: called }) });
  };
  return (
    <form
      className="card newform"
      onSubmit={save}
      aria-labelledby={`${id}-title`}
      data-testid="new-customer-form"
    >
      <div className="inner">
        <h1 id={`${id}-title`} className="name">
          {t("counter:new.title")}
        </h1>
        <div className="pair">
          <label htmlFor={`${id}-name`}>{t("nouns:customer.name")}</label>
          <Input
            ref={nameField}
            id={`${id}-name`}
            value={name}
            autoComplete="off"
            required
            onChange={(event) => setName(event.target.value)}
          />
          <label htmlFor={`${id}-phone`}>{t("nouns:customer.phone")}</label>
          <Input
            ref={phoneField}
            id={`${id}-phone`}
            value={phone}
            inputMode="tel"
            autoComplete="off"
            onChange={(event) => setPhone(event.target.value)}
          />
          <span id={`${id}-consent`}>{t("counter:new.consent")}</span>
          <div role="group" aria-labelledby={`${id}-consent`}>
            <div className="row g16 wrap consent">
              {channels.map((channel) => (
                <Checkbox
                  key={channel}
                  checked={agreed.includes(channel)}
                  onChange={(event) =>
                    setAgreed(
                      event.target.checked ? [...agreed, channel] : agreed.filter((one) => one !== channel),
                    )
                  }
                >
                  {t(`nouns:channel.${channel}`)}
                </Checkbox>
              ))}
            </div>
            <p className="sm t3">{t("counter:new.consent_why")}</p>
          </div>
          <label htmlFor={`${id}-referrer`}>{t("nouns:customer.referred_by")}</label>
          {/* Esc closes the list of names, not the form around it. */}
          {/* eslint-disable-next-line jsx-a11y/no-static-element-interactions */}
          <div onKeyDown={(event) => event.key === "Escape" && event.stopPropagation()}>
            <CustomerPick id={`${id}-referrer`} value={referrer} onChange={setReferrer} />
          </div>
        </div>
        <Known phone={phone} onTake={onTake} />
        {add.error !== null && <Refused failure={add.error} />}
        <div className="row g8">
          <Button htmlType="submit" className="mid accent" disabled={name.trim() === ""}>
            {t("counter:new.save")} <Kbd>Enter</Kbd>
          </Button>
          <Button className="mid" onClick={onCancel}>
            {t("counter:new.cancel")} <Kbd>{writeChord("Escape", onMac)}</Kbd>
          </Button>
          {name.trim() === "" && <span className="sm t3">{t("counter:new.needs_name")}</span>}
        </div>
      </div>
    </form>
  );
}
