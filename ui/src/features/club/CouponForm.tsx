import { Input, InputNumber, Radio } from "antd";
import type { SubmitEvent } from "react";
import { useId, useState } from "react";
import type { CouponRow, HouseRules } from "../../bindings/app";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";
import { Section } from "../../parts/Section";
import { useAct } from "../../query/use";
import type { CouponFields } from "./coupon";
import { couponNames, couponRule, openCoupon } from "./coupon";
import { DaysField, FormEnd, NameField, TierField } from "./OfferFields";
import { yuan } from "./terms";
import { changes, whole } from "./written";

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
    if (row === null) add.mutate({ coupon: whole(couponNames, fields) }, { onSuccess: onClose });
    else edit.mutate({ id: row.id, fields: changes(couponNames, before, fields) }, { onSuccess: onClose });
  };
  return (
    <Section title={t(row === null ? "club:coupons.new" : "club:coupons.edit")}>
      <form className="clubfields" onSubmit={save}>
        <NameField offer={fields} onChange={change} />
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
        <TierField offer={fields} rules={rules} onChange={change} />
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
          <DaysField offer={fields} onChange={change} />
        )}
        <label className="clubfield" htmlFor={`${id}-note`}>
          <span className="t2">{t("club:coupons.remark")}</span>
          <Input
            id={`${id}-note`}
            value={fields.note ?? ""}
            onChange={({ target }) => change({ note: target.value === "" ? undefined : target.value })}
          />
        </label>
        <FormEnd failure={add.error ?? edit.error} busy={add.isPending || edit.isPending} onClose={onClose}>
          <p className="t2" aria-live="polite" data-testid="coupon-rule">
            {couponRule(fields, t, format) ?? t("club:coupons.unsaid")}
          </p>
        </FormEnd>
      </form>
    </Section>
  );
}
