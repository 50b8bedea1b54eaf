import { Button, Checkbox, DatePicker, Input, Select } from "antd";
import dayjs from "dayjs";
import type { SubmitEvent } from "react";
import { useId, useState } from "react";
import type { ActivityRow, HouseRules } from "../../bindings/app";
import type { Activity, ActivityTerms } from "../../bindings/nouns";
import { Refused } from "../../forms/Refused";
import { useWords } from "../../i18n/words";
import { useTierName } from "../../parts/CustomerTier";
import { Section } from "../../parts/Section";
import { useAct } from "../../query/use";
import { TermsFields } from "./TermsFields";

const names = ["name", "terms", "tier", "from_day", "until_day"] as const;

const fresh: Record<ActivityTerms["kind"], ActivityTerms> = {
  activation: { kind: "activation", every: 100, gift: "" },
  draw: { kind: "draw", every_months: 3 },
  trial: { kind: "trial", units: 10 },
  coins: { kind: "coins", amount: 10, reviewed: true },
};
const kinds = Object.keys(fresh) as ActivityTerms["kind"][];

type Fields = { [Name in (typeof names)[number]]?: Activity[Name] | undefined };

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

interface ActivityFormProps {
  /** `null` for a new one. */
  row: ActivityRow | null;
  rules: HouseRules;
  onClose: () => void;
}

export function ActivityForm({ row, rules, onClose }: ActivityFormProps) {
  const t = useWords();
  const tierName = useTierName();
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
      const said = names.filter((name) => after[name] !== undefined).map((name) => [name, after[name]]);
      add.mutate({ activity: Object.fromEntries(said) as Activity }, { onSuccess: onClose });
      return;
    }
    const old: Fields = { ...before, terms: row.terms ?? undefined };
    const changed = names.filter((name) => !same(old[name], after[name]));
    const patch = Object.fromEntries(changed.map((name) => [name, after[name] ?? null]));
    edit.mutate({ id: row.id, fields: patch }, { onSuccess: onClose });
  };
  const day = (text: string | undefined) => (text === undefined ? null : dayjs(text));
  return (
    <Section title={t(row === null ? "club:activity.new" : "club:activity.edit")}>
      <form className="clubfields" onSubmit={save}>
        <label className="clubfield" htmlFor={`${id}-name`}>
          <span className="t2">{t("club:activity.name")}</span>
          <Input
            id={`${id}-name`}
            // eslint-disable-next-line jsx-a11y/no-autofocus -- the button asked for it
            autoFocus
            value={fields.name ?? ""}
            maxLength={80}
            onChange={({ target }) => change({ name: target.value === "" ? undefined : target.value })}
          />
        </label>
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
        <label className="clubfield" htmlFor={`${id}-tier`}>
          <span className="t2">{t("club:activity.tier")}</span>
          <Select
            id={`${id}-tier`}
            allowClear
            placeholder={t("club:activity.any_tier")}
            value={fields.tier ?? null}
            options={rules.tiers.map((step) => ({ value: step.name, label: tierName(step.name) }))}
            onChange={(tier: string | null | undefined) => change({ tier: tier ?? undefined })}
          />
        </label>
        <label className="clubfield" htmlFor={`${id}-days`}>
          <span className="t2">{t("club:activity.days")}</span>
          <DatePicker.RangePicker
            id={`${id}-days`}
            allowEmpty={[true, true]}
            value={[day(fields.from_day), day(fields.until_day)]}
            onChange={(range) =>
              change({
                from_day: range?.[0]?.format("YYYY-MM-DD"),
                until_day: range?.[1]?.format("YYYY-MM-DD"),
              })
            }
          />
        </label>
        {terms.kind === "coins" && (
          <Checkbox
            className="clubwide"
            checked={terms.reviewed}
            onChange={({ target }) => setTerms({ ...terms, reviewed: target.checked })}
          >
            {t("club:activity.reviewed")}
          </Checkbox>
        )}
        <div className="clubwide col g8">
          <Refused failure={add.error ?? edit.error} />
          <div className="row g8">
            <Button type="primary" htmlType="submit" disabled={add.isPending || edit.isPending}>
              {t("club:save")}
            </Button>
            <Button type="text" onClick={onClose}>
              {t("club:cancel")}
            </Button>
          </div>
        </div>
      </form>
    </Section>
  );
}
