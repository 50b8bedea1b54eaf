import { Checkbox, Input, Select } from "antd";
import { useState } from "react";
import type { Customer } from "../../bindings/nouns";
import { CustomerPick } from "../../forms/CustomerPick";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";
import { useRead } from "../../query/use";
import type { FieldPlan } from "./sections";
import { dayOf, typedDay } from "./sections";
import { channels, consentOf, genders, partyKinds } from "./values";

interface ControlProps {
  plan: FieldPlan;
  draft: Customer;
  first: boolean;
  onChange: (patch: Customer) => void;
}

function Day({
  id,
  value,
  first,
  onChange,
}: {
  id: string;
  value: string;
  first: boolean;
  onChange: (day: string) => void;
}) {
  const t = useWords();
  const [text, setText] = useState(typedDay(value));
  const wrong = text.trim() !== "" && dayOf(text) === null;
  return (
    <>
      <Input
        id={id}
        // eslint-disable-next-line jsx-a11y/no-autofocus -- the section was opened to be typed in
        autoFocus={first}
        value={text}
        status={wrong ? "error" : ""}
        placeholder={t("customer:day_placeholder")}
        aria-invalid={wrong}
        onChange={(event) => {
          setText(event.target.value);
          onChange(dayOf(event.target.value) ?? "");
        }}
      />
      {wrong && <span className="err sm">{t("customer:day_wrong")}</span>}
    </>
  );
}

function Consent({
  value,
  onChange,
}: {
  value: unknown;
  onChange: (consent: Record<string, string>) => void;
}) {
  const t = useWords();
  const format = useFormat();
  const agreed = consentOf(value);
  return (
    <div className="consent">
      {channels.map((channel) => (
        <Checkbox
          key={channel}
          checked={channel in agreed}
          onChange={(event) => {
            const others = Object.entries(agreed).filter(([one]) => one !== channel);
            const now: [string, string][] = event.target.checked
              ? [[channel, format.fullDay(new Date())]]
              : [];
            onChange(Object.fromEntries([...others, ...now]));
          }}
        >
          {t(`nouns:channel.${channel}`)}
        </Checkbox>
      ))}
    </div>
  );
}

interface Choice {
  value: string;
  label: string;
}

/** The choices of a field that is not typed freely. */
function useFieldChoices(plan: FieldPlan): readonly Choice[] {
  const t = useWords();
  const team = useRead("team.show", null, {
    enabled: plan.typed === "store" || plan.typed === "person",
  }).data;
  switch (plan.typed) {
    case "channel":
      return channels.map((value) => ({ value, label: t(`nouns:channel.${value}`) }));
    case "gender":
      return genders.map((value) => ({ value, label: t(`nouns:gender.${value}`) }));
    case "parties":
      return partyKinds.map((value) => ({ value, label: t(`nouns:party.${value}`) }));
    case "calendar":
      return [
        { value: "solar", label: t("nouns:solar") },
        { value: "lunar", label: t("nouns:lunar") },
      ];
    case "kind":
      return [
        { value: "person", label: t("nouns:person") },
        { value: "company", label: t("nouns:company") },
      ];
    case "store":
      return (team?.stores ?? []).map(({ id, name }) => ({ value: id, label: name }));
    case "person":
      return (team?.people ?? []).map(({ id, name }) => ({ value: id, label: name }));
    default:
      return [];
  }
}

const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];

/** One field as it is typed. */
export function FieldControl({ plan, draft, first, onChange }: ControlProps) {
  const choices = useFieldChoices(plan);
  const id = `field-${plan.id}`;
  const value = draft[plan.id];
  const text = typeof value === "string" ? value : "";
  const set = (next: unknown) => onChange({ [plan.id]: next });
  switch (plan.typed) {
    case "line":
      return (
        // eslint-disable-next-line jsx-a11y/no-autofocus -- the section was opened to be typed in
        <Input id={id} autoFocus={first} value={text} onChange={(event) => set(event.target.value)} />
      );
    case "text":
      return (
        <Input.TextArea
          id={id}
          // eslint-disable-next-line jsx-a11y/no-autofocus -- the section was opened to be typed in
          autoFocus={first}
          autoSize={{ minRows: plan.id === "remarks" ? 3 : 1, maxRows: 10 }}
          value={text}
          onChange={(event) => set(event.target.value)}
        />
      );
    case "day":
      return <Day id={id} value={text} first={first} onChange={set} />;
    case "list":
      return <Select id={id} mode="tags" value={strings(value)} open={false} suffix={null} onChange={set} />;
    case "parties":
      return <Select id={id} mode="multiple" value={strings(value)} options={[...choices]} onChange={set} />;
    case "customer":
      return (
        <CustomerPick
          id={id}
          value={text === "" ? null : text}
          onChange={(customer) => set(customer ?? "")}
        />
      );
    case "consent":
      return <Consent value={value} onChange={set} />;
    default:
      return (
        <Select
          id={id}
          // eslint-disable-next-line jsx-a11y/no-autofocus -- the section was opened to be typed in
          autoFocus={first}
          allowClear
          value={text === "" ? null : text}
          options={[...choices]}
          onChange={(chosen: string | null | undefined) => set(chosen ?? "")}
        />
      );
  }
}
