import { Button, DatePicker, Input, InputNumber, Select } from "antd";
import dayjs from "dayjs";
import type { SubmitEvent } from "react";
import { useId, useState } from "react";
import type { HouseRules, RewardRow } from "../../bindings/app";
import type { Reward } from "../../bindings/nouns";
import { Refused } from "../../forms/Refused";
import { useWords } from "../../i18n/words";
import { useTierName } from "../../parts/CustomerTier";
import { Section } from "../../parts/Section";
import { useAct } from "../../query/use";

interface RewardFormProps {
  /** `null` for a new one. */
  row: RewardRow | null;
  rules: HouseRules;
  onClose: () => void;
}

const names = ["name", "points", "coins", "tier", "needs", "from_day", "until_day"] as const;

/** What is written here; emptied again it stands as `undefined`. */
type Fields = { [Name in (typeof names)[number]]?: Reward[Name] | undefined };

/** What changed, and `null` where something was taken away. */
function changes(before: Fields, after: Fields): Record<string, string | number | null> {
  return Object.fromEntries(
    names.filter((name) => before[name] !== after[name]).map((name) => [name, after[name] ?? null]),
  );
}

function written(fields: Fields): Reward {
  return Object.fromEntries(
    names.filter((name) => fields[name] !== undefined).map((name) => [name, fields[name]]),
  );
}

export function RewardForm({ row, rules, onClose }: RewardFormProps) {
  const t = useWords();
  const tierName = useTierName();
  const id = useId();
  const before: Fields = row?.reward ?? {};
  const [fields, setFields] = useState<Fields>(before);
  const add = useAct("reward.add");
  const edit = useAct("reward.edit");
  const change = (patch: Fields) => setFields((now) => ({ ...now, ...patch }));
  const rights = [...new Set(rules.tiers.flatMap((step) => step.rights ?? []))];
  const save = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (row === null) add.mutate({ reward: written(fields) }, { onSuccess: onClose });
    else edit.mutate({ id: row.id, fields: changes(before, fields) }, { onSuccess: onClose });
  };
  const day = (text: string | undefined) => (text === undefined ? null : dayjs(text));
  return (
    <Section title={t(row === null ? "club:rewards.new" : "club:rewards.edit")}>
      <form className="clubfields" onSubmit={save}>
        <label className="clubfield" htmlFor={`${id}-name`}>
          <span className="t2">{t("club:rewards.name")}</span>
          <Input
            id={`${id}-name`}
            // eslint-disable-next-line jsx-a11y/no-autofocus -- the button asked for it
            autoFocus
            value={fields.name ?? ""}
            maxLength={80}
            onChange={({ target }) => change({ name: target.value === "" ? undefined : target.value })}
          />
        </label>
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
        <label className="clubfield" htmlFor={`${id}-tier`}>
          <span className="t2">{t("club:rewards.tier")}</span>
          <Select
            id={`${id}-tier`}
            allowClear
            placeholder={t("club:rewards.any_tier")}
            value={fields.tier ?? null}
            options={rules.tiers.map((step) => ({ value: step.name, label: tierName(step.name) }))}
            onChange={(tier: string | null | undefined) => change({ tier: tier ?? undefined })}
          />
        </label>
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
        <label className="clubfield" htmlFor={`${id}-days`}>
          <span className="t2">{t("club:times.days")}</span>
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
