import { Button, DatePicker, Input, Select } from "antd";
import dayjs from "dayjs";
import type { ReactNode } from "react";
import { useId } from "react";
import type { HouseRules } from "../../bindings/app";
import { Refused } from "../../forms/Refused";
import type { Failure } from "../../host/failure";
import { useWords } from "../../i18n/words";
import { useTierName } from "../../parts/CustomerTier";

/** What rewards, coupons and activities say alike: what they are called, for whom they are, and when. */
interface Offer {
  name?: string | undefined;
  tier?: string | undefined;
  from_day?: string | undefined;
  until_day?: string | undefined;
}

interface OfferFieldProps {
  offer: Offer;
  onChange: (patch: Offer) => void;
}

function Field({ label, children }: { label: string; children: (id: string) => ReactNode }) {
  const id = useId();
  return (
    <label className="clubfield" htmlFor={id}>
      <span className="t2">{label}</span>
      {children(id)}
    </label>
  );
}

export function NameField({ offer, onChange }: OfferFieldProps) {
  const t = useWords();
  return (
    <Field label={t("club:offer.name")}>
      {(id) => (
        <Input
          id={id}
          // eslint-disable-next-line jsx-a11y/no-autofocus -- the button asked for it
          autoFocus
          value={offer.name ?? ""}
          maxLength={80}
          onChange={({ target }) => onChange({ name: target.value === "" ? undefined : target.value })}
        />
      )}
    </Field>
  );
}

export function TierField({ offer, rules, onChange }: OfferFieldProps & { rules: HouseRules }) {
  const t = useWords();
  const tierName = useTierName();
  return (
    <Field label={t("club:offer.tier")}>
      {(id) => (
        <Select
          id={id}
          allowClear
          placeholder={t("club:offer.any_tier")}
          value={offer.tier ?? null}
          options={rules.tiers.map((step) => ({ value: step.name, label: tierName(step.name) }))}
          onChange={(tier: string | null | undefined) => onChange({ tier: tier ?? undefined })}
        />
      )}
    </Field>
  );
}

export function DaysField({ offer, onChange }: OfferFieldProps) {
  const t = useWords();
  const day = (text: string | undefined) => (text === undefined ? null : dayjs(text));
  return (
    <Field label={t("club:times.days")}>
      {(id) => (
        <DatePicker.RangePicker
          id={id}
          allowEmpty={[true, true]}
          value={[day(offer.from_day), day(offer.until_day)]}
          onChange={(range) =>
            onChange({
              from_day: range?.[0]?.format("YYYY-MM-DD"),
              until_day: range?.[1]?.format("YYYY-MM-DD"),
            })
          }
        />
      )}
    </Field>
  );
}

interface FormEndProps {
  failure: Failure | null;
  busy: boolean;
  onClose: () => void;
  children?: ReactNode;
}

/** Saving, and what stood against it. */
export function FormEnd({ failure, busy, onClose, children }: FormEndProps) {
  const t = useWords();
  return (
    <div className="clubwide col g8">
      {children}
      <Refused failure={failure} />
      <div className="row g8">
        <Button type="primary" htmlType="submit" disabled={busy}>
          {t("club:save")}
        </Button>
        <Button type="text" onClick={onClose}>
          {t("club:cancel")}
        </Button>
      </div>
    </div>
  );
}
