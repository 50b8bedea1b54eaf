import { Button, Input, InputNumber, Select } from "antd";
import { X } from "lucide-react";
import { useState } from "react";
import type { HouseRules } from "../../bindings/app";
import type { Tier } from "../../bindings/nouns";
import { Refused } from "../../forms/Refused";
import { useWords } from "../../i18n/words";
import { Bars } from "../../parts/Bars";
import { CustomerTier, useTierName } from "../../parts/CustomerTier";
import { Failed } from "../../parts/Failed";
import { Icon } from "../../parts/Icon";
import { Section } from "../../parts/Section";
import { useAct, useRead } from "../../query/use";
import { readRights, yuan } from "./terms";

/** A step as the core keeps it: what is not said is left out. */
function shaped({ name, from }: Tier, title: string, rights: string[]): Tier {
  return { name, from, ...(title === "" ? {} : { title }), ...(rights.length === 0 ? {} : { rights }) };
}

function Step({
  step,
  first,
  onChange,
  onDrop,
}: {
  step: Tier;
  first: boolean;
  onChange: (next: Tier) => void;
  onDrop: () => void;
}) {
  const t = useWords();
  const tierName = useTierName();
  return (
    <tr>
      <th scope="row">
        <CustomerTier tier={step.name} />
      </th>
      <td>
        <Input
          aria-label={t("club:ladder.name")}
          placeholder={tierName(step.name)}
          value={step.title ?? ""}
          maxLength={40}
          onChange={({ target }) => onChange(shaped(step, target.value, step.rights ?? []))}
        />
      </td>
      <td>
        <InputNumber
          aria-label={t("club:ladder.from")}
          prefix="¥"
          min={0}
          precision={2}
          disabled={first}
          value={step.from / 100}
          onChange={(from) => onChange({ ...step, from: yuan(from ?? 0) })}
        />
      </td>
      <td>
        <Select
          aria-label={t("club:ladder.rights")}
          mode="tags"
          className="wide"
          placeholder={t("club:ladder.no_rights")}
          tokenSeparators={[",", "，", "、"]}
          value={step.rights ?? []}
          onChange={(typed: string[]) => onChange(shaped(step, step.title ?? "", readRights(typed)))}
        />
      </td>
      <td>
        {!first && (
          <button
            type="button"
            className="bare t3 square"
            aria-label={t("club:ladder.drop")}
            onClick={onDrop}
          >
            <Icon of={X} />
          </button>
        )}
      </td>
    </tr>
  );
}

function Editor({ rules }: { rules: HouseRules }) {
  const t = useWords();
  const set = useAct("tiers.set");
  const [tiers, setTiers] = useState<readonly Tier[]>(rules.tiers);
  const [grace, setGrace] = useState(rules.grace_days);
  const put = (at: number, next: Tier | null) =>
    setTiers((now) => now.flatMap((one, index) => (index !== at ? [one] : next === null ? [] : [next])));
  const add = () => {
    const from = (tiers.at(-1)?.from ?? 0) + 100_000;
    const name = `tier_${crypto.randomUUID().slice(0, 8)}`;
    setTiers([...tiers, { name, from, title: t("club:ladder.new") }]);
  };
  const changed = grace !== rules.grace_days || JSON.stringify(tiers) !== JSON.stringify(rules.tiers);
  return (
    <>
      <Section
        title={t("club:ladder.title")}
        note={t("club:ladder.note")}
        extra={
          <button type="button" className="bare acc" onClick={add}>
            {t("club:ladder.add")}
          </button>
        }
      >
        <table className="clubtable ladder">
          <thead>
            <tr>
              <th scope="col">{t("club:members.tier")}</th>
              <th scope="col">{t("club:ladder.name")}</th>
              <th scope="col">{t("club:ladder.from")}</th>
              <th scope="col">{t("club:ladder.rights")}</th>
              <th scope="col">
                <span className="vh">{t("club:ladder.drop")}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {tiers.map((step, at) => (
              <Step
                key={step.name}
                step={step}
                first={at === 0}
                onChange={(next) => put(at, next)}
                onDrop={() => put(at, null)}
              />
            ))}
          </tbody>
        </table>
        <p className="sm t3">{t("club:ladder.rights_why")}</p>
      </Section>
      <Section title={t("club:ladder.grace")} note={t("club:ladder.grace_note")}>
        <InputNumber
          aria-label={t("club:ladder.grace")}
          min={0}
          max={366}
          precision={0}
          value={grace}
          suffix={t("club:ladder.days")}
          onChange={(days) => setGrace(days ?? 0)}
        />
      </Section>
      <div className="clubsave">
        <Refused failure={set.error} />
        {rules.mine ? (
          <div className="row g8">
            <Button
              type="primary"
              disabled={!changed || set.isPending}
              onClick={() => set.mutate({ tiers: [...tiers], grace_days: grace })}
            >
              {t("club:save")}
            </Button>
            {changed && (
              <Button
                type="text"
                onClick={() => {
                  setTiers(rules.tiers);
                  setGrace(rules.grace_days);
                }}
              >
                {t("club:cancel")}
              </Button>
            )}
          </div>
        ) : (
          <p className="sm t3">{t("club:lead")}</p>
        )}
      </div>
    </>
  );
}

/** The ladder: what each step is called, where it begins, what it may have, how long it is kept. */
export function Ladder() {
  const { data, error, refetch } = useRead("rules.show", null);
  if (error !== null) return <Failed failure={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Bars count={5} />;
  return <Editor key={JSON.stringify(data.tiers)} rules={data} />;
}
