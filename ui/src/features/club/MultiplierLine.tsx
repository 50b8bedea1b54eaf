import { AutoComplete, Checkbox, DatePicker, Input, InputNumber, Select } from "antd";
import dayjs from "dayjs";
import { X } from "lucide-react";
import type { Multiplier, Tier } from "../../bindings/nouns";
import { useWords } from "../../i18n/words";
import { useTierName } from "../../parts/CustomerTier";
import { Icon } from "../../parts/Icon";

interface MultiplierLineProps {
  multiplier: Multiplier;
  tiers: readonly Tier[];
  categories: readonly string[];
  onChange: (next: Multiplier) => void;
  onDrop: () => void;
}

const days = ["1", "2", "3", "4", "5", "6", "7"] as const;

/** One condition: how many times, and for what. What is left empty does not matter. */
export function MultiplierLine({ multiplier, tiers, categories, onChange, onDrop }: MultiplierLineProps) {
  const t = useWords();
  const tierName = useTierName();
  const change = (patch: Partial<Multiplier>) => onChange({ ...multiplier, ...patch });
  const word = (typed: string) => (typed.trim() === "" ? null : typed);
  return (
    <div className="times">
      <InputNumber
        aria-label={t("club:times.factor")}
        min={0}
        max={100}
        step={0.5}
        precision={2}
        value={multiplier.per_mille / 1000}
        suffix={t("club:times.unit")}
        onChange={(factor) => change({ per_mille: Math.round((factor ?? 1) * 1000) })}
      />
      <Select
        aria-label={t("club:times.tier")}
        allowClear
        placeholder={t("club:times.any_tier")}
        value={multiplier.tier}
        options={tiers.map((tier) => ({ value: tier.name, label: tierName(tier.name) }))}
        onChange={(tier: string | undefined) => change({ tier: tier ?? null })}
      />
      <AutoComplete
        aria-label={t("club:times.category")}
        allowClear
        placeholder={t("club:times.any_category")}
        value={multiplier.category ?? ""}
        options={categories.map((value) => ({ value }))}
        onChange={(typed: string | undefined) => change({ category: word(typed ?? "") })}
      />
      <Input
        aria-label={t("club:times.sku")}
        placeholder={t("club:times.any_sku")}
        value={multiplier.sku ?? ""}
        onChange={(event) => change({ sku: word(event.target.value) })}
      />
      <Select
        aria-label={t("club:times.weekdays")}
        mode="multiple"
        maxTagCount="responsive"
        placeholder={t("club:times.any_day")}
        value={multiplier.weekdays.map(String)}
        options={days.map((value) => ({ value, label: t(`club:weekday.${value}`) }))}
        onChange={(chosen: string[]) => change({ weekdays: chosen.map(Number).sort() })}
      />
      <DatePicker.RangePicker
        aria-label={t("club:times.days")}
        allowEmpty={[true, true]}
        value={[
          multiplier.from === null ? null : dayjs(multiplier.from),
          multiplier.until === null ? null : dayjs(multiplier.until),
        ]}
        onChange={(range) =>
          change({
            from: range?.[0]?.format("YYYY-MM-DD") ?? null,
            until: range?.[1]?.format("YYYY-MM-DD") ?? null,
          })
        }
      />
      <Checkbox
        checked={multiplier.birthday_month}
        onChange={(event) => change({ birthday_month: event.target.checked })}
      >
        {t("club:times.birthday")}
      </Checkbox>
      <button type="button" className="bare t3 square" aria-label={t("club:times.drop")} onClick={onDrop}>
        <Icon of={X} />
      </button>
    </div>
  );
}
