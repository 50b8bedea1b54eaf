import { Button, Switch } from "antd";
import { Plus } from "lucide-react";
import { useState } from "react";
import type { CouponRow, HouseRules } from "../../bindings/app";
import { Refused } from "../../forms/Refused";
import { count } from "../../i18n/figures";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";
import { Bar } from "../../parts/Bar";
import { Bars } from "../../parts/Bars";
import { CustomerTier } from "../../parts/CustomerTier";
import { EmptyState } from "../../parts/EmptyState";
import { Facts } from "../../parts/Facts";
import { Failed } from "../../parts/Failed";
import { Icon } from "../../parts/Icon";
import { Section } from "../../parts/Section";
import { useAct, useRead } from "../../query/use";
import { CouponForm } from "./CouponForm";
import { couponRule } from "./coupon";

interface LineProps {
  row: CouponRow;
  rules: HouseRules;
  /** How often the most used one was. */
  most: number;
  onEdit: () => void;
}

function Line({ row, rules, most, onEdit }: LineProps) {
  const t = useWords();
  const format = useFormat();
  const edit = useAct("coupon.edit");
  const { coupon } = row;
  const used = t("club:coupons.used", { count: row.times, figure: count(row.times) });
  return (
    <tr>
      <th scope="row">
        <button type="button" className="bare rewardname" disabled={!rules.mine} onClick={onEdit}>
          {coupon.name}
        </button>
        <div className="sm t3">
          <Facts
            items={[
              couponRule(coupon, t, format),
              coupon.tier === undefined ? null : <CustomerTier key="tier" tier={coupon.tier} />,
              row.offered ? null : t("club:coupons.not_now"),
              coupon.note ?? null,
            ]}
          />
        </div>
        <Refused failure={edit.error} />
      </th>
      <td className="nw">
        <Bar label={used} parts={[{ share: row.times / most }]} width={72} thin />{" "}
        <span className="sm">{used}</span>
      </td>
      <td className="end nw">{format.price(row.amount)}</td>
      <td className="end">
        <Switch
          size="small"
          aria-label={t("club:coupons.switch", { name: coupon.name ?? "" })}
          disabled={!rules.mine || edit.isPending}
          checked={coupon.active !== false}
          onChange={(active) => edit.mutate({ id: row.id, fields: { active } })}
        />
      </td>
    </tr>
  );
}

/** What is taken off a sale for a member who asks for it. */
export function Coupons() {
  const t = useWords();
  const [writing, setWriting] = useState<CouponRow | "new" | null>(null);
  const coupons = useRead("coupon.list", { all: true });
  const rules = useRead("rules.show", null);
  const propose = useAct("coupon.add");
  const error = coupons.error ?? rules.error;
  if (error !== null) {
    const again = () => {
      void coupons.refetch();
      void rules.refetch();
    };
    return <Failed failure={error} onRetry={again} />;
  }
  if (coupons.data === undefined || rules.data === undefined) return <Bars count={4} />;
  const house = rules.data;
  const most = Math.max(1, ...coupons.data.map((row) => row.times));
  const birthday = {
    name: t("club:coupons.birthday_name"),
    kind: "birthday",
    off: 5_000,
    from_total: 20_000,
    lead_days: 7,
    valid_days: 30,
  };
  const add = house.mine && writing === null && (
    <Button icon={<Icon of={Plus} />} onClick={() => setWriting("new")}>
      {t("club:coupons.add")}
    </Button>
  );
  return (
    <>
      {writing !== null && (
        <CouponForm
          key={writing === "new" ? "new" : writing.id}
          row={writing === "new" ? null : writing}
          rules={house}
          onClose={() => setWriting(null)}
        />
      )}
      <Section
        title={t("club:coupons.title")}
        note={t("club:coupons.about")}
        extra={coupons.data.length > 0 && add}
      >
        {coupons.data.length === 0 ? (
          <EmptyState
            action={
              house.mine && (
                <div className="row g8">
                  <Button
                    type="primary"
                    disabled={propose.isPending}
                    onClick={() => propose.mutate({ coupon: birthday })}
                  >
                    {t("club:coupons.propose")}
                  </Button>
                  {add}
                </div>
              )
            }
          >
            {t("club:coupons.none")}
          </EmptyState>
        ) : (
          <table className="clubtable">
            <thead>
              <tr>
                <th scope="col">{t("club:coupons.name")}</th>
                <th scope="col">{t("club:coupons.times")}</th>
                <th scope="col" className="end">
                  {t("club:coupons.took")}
                </th>
                <th scope="col" className="end">
                  {t("club:coupons.active")}
                </th>
              </tr>
            </thead>
            <tbody>
              {coupons.data.map((row) => (
                <Line key={row.id} row={row} rules={house} most={most} onEdit={() => setWriting(row)} />
              ))}
            </tbody>
          </table>
        )}
        <Refused failure={propose.error} />
      </Section>
    </>
  );
}
