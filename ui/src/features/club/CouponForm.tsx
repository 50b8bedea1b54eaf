import { Button, DatePicker, Input, InputNumber, Radio, Select } from "antd";
import dayjs from "dayjs";
import type { SubmitEvent } from "react";
import { useId, useState } from "react";
import type { CouponRow, HouseRules } from "../../bindings/app";
import { Refused } from "../../forms/Refused";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";
import { useTierName } from "../../parts/CustomerTier";
import { Section } from "../../parts/Section";
import { useAct } from "../../query/use";
import type { CouponFields } from "./coupon";
import { couponChanges, couponOf, couponRule, openCoupon } from "./coupon";
import { yuan } from "./terms";

interface CouponFormProps {
  /** `null` for a new one. */
  row: CouponRow | null;
  rules: HouseRules;
  onClose: () => void;
}

function Figure({
  label,
  value,
  money = false,
  onChange,
}: {
  label: string;
  value: number | undefined;
  money?: boolean;
  onChange: (value: number | undefined) => void;
}) {
  return (
    <label className="clubfield">
      <span className="t2">{label}</span>
      <InputNumber
        aria-label={label}
        min={0}
        precision={money ? 2 : 0}
        prefix={money ? "¥" : undefined}
        value={value === undefined ? null : money ? value / 100 : value}
        onChange={(next) => onChange(next === null ? undefined : money ? yuan(next) : next)}
      />
    </label>
  );
}

export function CouponForm({ row, rules, onClose }: CouponFormProps) {
  const t = useWords();
  const format = useFormat();
  const tierName = useTierName();
  const id = useId();
  const before: CouponFields = row?.coupon ?? openCoupon;
  const [fields, setFields] = useState<CouponFields>(before);
  const [share, setShare] = useState(before.off_percent !== undefined);
  const add = useAct("coupon.add");
  const edit = useAct("coupon.edit");
  const change = (patch: CouponFields) => setFields((now) => ({ ...now, ...patch }));
  const birthday = fields.kind === "birthday";
  const save = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (row === null) add.mutate({ coupon: couponOf(fields) }, { onSuccess: onClose });
    else edit.mutate({ id: row.id, fields: couponChanges(before, fields) }, { onSuccess: onClose });
  };
  const day = (text: string | undefined) => (text === undefined ? null : dayjs(text));
  return (
    <Section title={t(row === null ? "club:coupons.new" : "club:coupons.edit")}>
      <form className="clubfields" onSubmit={save}>
        <label className="clubfield" htmlFor={`${id}-name`}>
          <span className="t2">{t("club:coupons.name")}</span>
          <Input
            id={`${id}-name`}
            // eslint-disable-next-line jsx-a11y/no-autofocus -- the button asked for it
            autoFocus
            value={fields.name ?? ""}
            maxLength={80}
            onChange={({ target }) => change({ name: target.value === "" ? undefined : target.value })}
          />
        </label>
        <div className="clubfield">
          <span className="t2">{t("club:coupons.kind")}</span>
          <Radio.Group
            aria-label={t("club:coupons.kind")}
            value={birthday ? "birthday" : "open"}
            options={[
              { value: "open", label: t("club:coupons.open") },
              { value: "birthday", label: t("club:coupons.birthday") },
            ]}
            onChange={({ target }: { target: { value?: unknown } }) =>
              change(
                target.value === "birthday"
                  ? {
                      kind: "birthday",
                      lead_days: 7,
                      valid_days: 30,
                      from_day: undefined,
                      until_day: undefined,
                    }
                  : { kind: "open", lead_days: undefined, valid_days: undefined },
              )
            }
          />
        </div>
        <div className="clubfield">
          <span className="t2">{t("club:coupons.off")}</span>
          <Radio.Group
            aria-label={t("club:coupons.off")}
            value={share}
            options={[
              { value: false, label: t("club:coupons.amount") },
              { value: true, label: t("club:coupons.percent") },
            ]}
            onChange={({ target }: { target: { value?: unknown } }) => {
              setShare(target.value === true);
              change({ off: undefined, off_percent: undefined });
            }}
          />
        </div>
        {share ? (
          <Figure
            label={t("club:coupons.percent_off")}
            value={fields.off_percent}
            onChange={(value) => change({ off_percent: value })}
          />
        ) : (
          <Figure
            label={t("club:coupons.amount_off")}
            money
            value={fields.off}
            onChange={(off) => change({ off })}
          />
        )}
        <Figure
          label={t("club:coupons.least")}
          money
          value={fields.from_total}
          onChange={(least) => change({ from_total: least })}
        />
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
        {birthday ? (
          <>
            <Figure
              label={t("club:coupons.lead_days")}
              value={fields.lead_days}
              onChange={(days) => change({ lead_days: days })}
            />
            <Figure
              label={t("club:coupons.valid_days")}
              value={fields.valid_days}
              onChange={(days) => change({ valid_days: days })}
            />
          </>
        ) : (
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
        )}
        <label className="clubfield" htmlFor={`${id}-note`}>
          <span className="t2">{t("club:coupons.remark")}</span>
          <Input
            id={`${id}-note`}
            value={fields.note ?? ""}
            onChange={({ target }) => change({ note: target.value === "" ? undefined : target.value })}
          />
        </label>
        <div className="clubwide col g8">
          <p className="t2" aria-live="polite" data-testid="coupon-rule">
            {couponRule(fields, t, format) ?? t("club:coupons.unsaid")}
          </p>
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
