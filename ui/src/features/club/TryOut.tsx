import { keepPreviousData } from "@tanstack/react-query";
import { AutoComplete, Checkbox, DatePicker, InputNumber, Select } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import type { HouseRules } from "../../bindings/app";
import type { EarnTerms } from "../../bindings/nouns";
import { Refused } from "../../forms/Refused";
import { count } from "../../i18n/figures";
import { useWords } from "../../i18n/words";
import { useTierName } from "../../parts/CustomerTier";
import { Section } from "../../parts/Section";
import { useRead } from "../../query/use";
import { yuan } from "./terms";

/** This sale would earn: asked of the core with every change, nothing is saved. */
export function TryOut({ terms, rules }: { terms: EarnTerms; rules: HouseRules }) {
  const t = useWords();
  const tierName = useTierName();
  const [amount, setAmount] = useState(32_850);
  const [tier, setTier] = useState<string | null>(null);
  const [category, setCategory] = useState("");
  const [day, setDay] = useState(rules.today);
  const [birthday, setBirthday] = useState(false);
  const { data, error } = useRead(
    "rules.preview",
    {
      terms,
      lines: [{ amount, ...(category === "" ? {} : { category }) }],
      day,
      birthday_month: birthday,
      ...(tier === null ? {} : { tier }),
    },
    { placeholderData: keepPreviousData },
  );
  const more = data === undefined ? 0 : data.points - data.points_now;
  return (
    <div className="tryout">
      <Section title={t("club:try.title")} note={t("club:try.note")}>
        <div className="clubfields">
          <InputNumber
            aria-label={t("club:try.amount")}
            prefix="¥"
            min={0}
            precision={2}
            value={amount / 100}
            onChange={(next) => setAmount(yuan(next ?? 0))}
          />
          <Select
            aria-label={t("club:times.tier")}
            allowClear
            placeholder={t("club:times.any_tier")}
            value={tier}
            options={rules.tiers.map((step) => ({ value: step.name, label: tierName(step.name) }))}
            onChange={(next: string | undefined) => setTier(next ?? null)}
          />
          <AutoComplete
            aria-label={t("club:times.category")}
            allowClear
            placeholder={t("club:times.any_category")}
            value={category}
            options={rules.categories.map((value) => ({ value }))}
            onChange={(typed: string | undefined) => setCategory(typed ?? "")}
          />
          <DatePicker
            aria-label={t("club:try.day")}
            allowClear={false}
            value={dayjs(day)}
            onChange={(next) => setDay(next?.format("YYYY-MM-DD") ?? rules.today)}
          />
          <Checkbox checked={birthday} onChange={(event) => setBirthday(event.target.checked)}>
            {t("club:times.birthday")}
          </Checkbox>
        </div>
        <p className="tried" aria-live="polite">
          <b data-testid="tried">{data === undefined ? "–" : count(data.points)}</b>{" "}
          <span className="t2">{t("club:try.points")}</span>
        </p>
        {data !== undefined && (
          <p className="sm t2">
            {more === 0
              ? t("club:try.same")
              : t(more > 0 ? "club:try.more" : "club:try.fewer", {
                  now: count(data.points_now),
                  figure: count(Math.abs(more)),
                })}
          </p>
        )}
        <p className="sm t3">{t("club:try.caps")}</p>
        <Refused failure={error} />
      </Section>
    </div>
  );
}
