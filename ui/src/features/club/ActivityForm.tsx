import { Checkbox, Select } from "antd";
import type { SubmitEvent } from "react";
import { useId, useState } from "react";
import type { ActivityRow, HouseRules } from "../../bindings/app";
import type { Activity, ActivityTerms } from "../../bindings/nouns";
import { useWords } from "../../i18n/words";
import { Section } from "../../parts/Section";
import { useAct } from "../../query/use";
import { DaysField, FormEnd, NameField, TierField } from "./OfferFields";
import { TermsFields } from "./TermsFields";
import type { Written } from "./written";
import { changes, whole } from "./written";

const names = ["name", "terms", "tier", "from_day", "until_day"] as const;

const fresh: Record<ActivityTerms["kind"], ActivityTerms> = {
  activation: { kind: "activation", every: 100, gift: "" },
  draw: { kind: "draw", every_months: 3 },
  trial: { kind: "trial", units: 10 },
  coins: { kind: "coins", amount: 10, reviewed: true },
};
const kinds = Object.keys(fresh) as ActivityTerms["kind"][];

type Fields = Written<Activity, (typeof names)[number]>;

interface ActivityFormProps {
  /** `null` for a new one. */
  row: ActivityRow | null;
  rules: HouseRules;
  onClose: () => void;
}

export function ActivityForm({ row, rules, onClose }: ActivityFormProps) {
  const t = useWords();
  const id = useId();
  const before: Fields = row?.activity ?? {};
  const [fields, setFields] = useState<Fields>(before);
  const [terms, setTerms] = useState<ActivityTerms>(row?.terms ?? fresh.activation);
  const add = useAct("activity.add");
  const edit = useAct("activity.edit");
  const change = (patch: Fields) => setFields((now) => ({ ...now, ...patch }));
  const save = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const after: Fields = { ...fields, terms };
    if (row === null) {
      add.mutate({ activity: whole(names, after) }, { onSuccess: onClose });
      return;
    }
    const old: Fields = { ...before, terms: row.terms ?? undefined };
    edit.mutate({ id: row.id, fields: changes(names, old, after) }, { onSuccess: onClose });
  };
  return (
    <Section title={t(row === null ? "club:activity.new" : "club:activity.edit")}>
      <form className="clubfields" onSubmit={save}>
        <NameField offer={fields} onChange={change} />
        <label className="clubfield" htmlFor={`${id}-kind`}>
          <span className="t2">{t("club:activity.kind")}</span>
          <Select
            id={`${id}-kind`}
            disabled={row !== null}
            value={terms.kind}
            options={kinds.map((value) => ({ value, label: t(`club:activity.kinds.${value}`) }))}
            onChange={(kind) => setTerms(fresh[kind])}
          />
        </label>
        <TermsFields id={id} terms={terms} onChange={setTerms} />
        <TierField offer={fields} rules={rules} onChange={change} />
        <DaysField offer={fields} onChange={change} />
        {terms.kind === "coins" && (
          <Checkbox
            className="clubwide"
            checked={terms.reviewed}
            onChange={({ target }) => setTerms({ ...terms, reviewed: target.checked })}
          >
            {t("club:activity.reviewed")}
          </Checkbox>
        )}
        <FormEnd failure={add.error ?? edit.error} busy={add.isPending || edit.isPending} onClose={onClose} />
      </form>
    </Section>
  );
}
