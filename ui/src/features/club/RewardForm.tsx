import { InputNumber, Select } from "antd";
import type { SubmitEvent } from "react";
import { useId, useState } from "react";
import type { HouseRules, RewardRow } from "../../bindings/app";
import type { Reward } from "../../bindings/nouns";
import { useWords } from "../../i18n/words";
import { Section } from "../../parts/Section";
import { useAct } from "../../query/use";
import { DaysField, FormEnd, NameField, TierField } from "./OfferFields";
import type { Written } from "./written";
import { changes, whole } from "./written";

interface RewardFormProps {
  /** `null` for a new one. */
  row: RewardRow | null;
  rules: HouseRules;
  onClose: () => void;
}

const names = ["name", "points", "coins", "tier", "needs", "from_day", "until_day"] as const;

type Fields = Written<Reward, (typeof names)[number]>;

export function RewardForm({ row, rules, onClose }: RewardFormProps) {
  const t = useWords();
  const id = useId();
  const before: Fields = row?.reward ?? {};
  const [fields, setFields] = useState<Fields>(before);
  const add = useAct("reward.add");
  const edit = useAct("reward.edit");
  const change = (patch: Fields) => setFields((now) => ({ ...now, ...patch }));
  const rights = [...new Set(rules.tiers.flatMap((step) => step.rights ?? []))];
  const save = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (row === null) add.mutate({ reward: whole(names, fields) }, { onSuccess: onClose });
    else edit.mutate({ id: row.id, fields: changes(names, before, fields) }, { onSuccess: onClose });
  };
  return (
    <Section title={t(row === null ? "club:rewards.new" : "club:rewards.edit")}>
      <form className="clubfields" onSubmit={save}>
        <NameField offer={fields} onChange={change} />
        <label className="clubfield" htmlFor={`${id}-points`}>
          <span className="t2">{t("club:rewards.points")}</span>
          <InputNumber
            id={`${id}-points`}
            min={0}
            precision={0}
            value={fields.points ?? null}
            onChange={(points) => change({ points: points ?? undefined })}
          />
        </label>
        <label className="clubfield" htmlFor={`${id}-coins`}>
          <span className="t2">{t("club:rewards.coins")}</span>
          <InputNumber
            id={`${id}-coins`}
            min={0}
            precision={0}
            value={fields.coins ?? null}
            onChange={(coins) => change({ coins: coins ?? undefined })}
          />
        </label>
        <TierField offer={fields} rules={rules} onChange={change} />
        <label className="clubfield" htmlFor={`${id}-needs`}>
          <span className="t2">{t("club:rewards.right")}</span>
          <Select
            id={`${id}-needs`}
            allowClear
            placeholder={t("club:rewards.no_right")}
            value={fields.needs ?? null}
            options={rights.map((value) => ({ value, label: value }))}
            notFoundContent={t("club:rewards.no_rights")}
            onChange={(needs: string | null | undefined) => change({ needs: needs ?? undefined })}
          />
        </label>
        <DaysField offer={fields} onChange={change} />
        <FormEnd failure={add.error ?? edit.error} busy={add.isPending || edit.isPending} onClose={onClose} />
      </form>
    </Section>
  );
}
