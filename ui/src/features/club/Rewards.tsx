import { Button, Switch } from "antd";
import { Plus } from "lucide-react";
import { useState } from "react";
import type { HouseRules, RewardRow } from "../../bindings/app";
import { Refused } from "../../forms/Refused";
import { count } from "../../i18n/figures";
import { useWords } from "../../i18n/words";
import { Bars } from "../../parts/Bars";
import { CustomerTier } from "../../parts/CustomerTier";
import { EmptyState } from "../../parts/EmptyState";
import { Facts } from "../../parts/Facts";
import { Failed } from "../../parts/Failed";
import { Icon } from "../../parts/Icon";
import { Section } from "../../parts/Section";
import { useAct, useRead } from "../../query/use";
import { RewardForm } from "./RewardForm";

function Line({ row, rules, onEdit }: { row: RewardRow; rules: HouseRules; onEdit: () => void }) {
  const t = useWords();
  const edit = useAct("reward.edit");
  const { reward } = row;
  const days = [reward.from_day, reward.until_day];
  return (
    <tr>
      <th scope="row">
        <button type="button" className="bare rewardname" disabled={!rules.mine} onClick={onEdit}>
          {reward.name}
        </button>
        <div className="sm t3">
          <Facts
            items={[
              reward.tier === undefined ? null : <CustomerTier key="tier" tier={reward.tier} />,
              reward.needs === undefined ? null : t("club:rewards.needs", { right: reward.needs }),
              days.every((day) => day === undefined)
                ? null
                : t("club:rewards.days", { from: days[0] ?? "…", until: days[1] ?? "…" }),
              row.offered ? null : t("club:rewards.not_now"),
            ]}
          />
        </div>
        <Refused failure={edit.error} />
      </th>
      <td className="end">{count(reward.points ?? 0)}</td>
      <td className="end">{count(reward.coins ?? 0)}</td>
      <td className="end">
        <Switch
          size="small"
          aria-label={t("club:rewards.active")}
          disabled={!rules.mine || edit.isPending}
          checked={reward.active !== false}
          onChange={(active) => edit.mutate({ id: row.id, fields: { active } })}
        />
      </td>
    </tr>
  );
}

/** What points and coins are given for. */
export function Rewards() {
  const t = useWords();
  const [writing, setWriting] = useState<RewardRow | "new" | null>(null);
  const rewards = useRead("reward.list", { all: true });
  const rules = useRead("rules.show", null);
  const error = rewards.error ?? rules.error;
  if (error !== null) {
    const again = () => {
      void rewards.refetch();
      void rules.refetch();
    };
    return <Failed failure={error} onRetry={again} />;
  }
  if (rewards.data === undefined || rules.data === undefined) return <Bars count={4} />;
  const house = rules.data;
  const close = () => setWriting(null);
  const add = house.mine && writing === null && (
    <Button type="primary" icon={<Icon of={Plus} />} onClick={() => setWriting("new")}>
      {t("club:rewards.add")}
    </Button>
  );
  return (
    <>
      {writing !== null && (
        <RewardForm
          key={writing === "new" ? "new" : writing.id}
          row={writing === "new" ? null : writing}
          rules={house}
          onClose={close}
        />
      )}
      <Section
        title={t("club:rewards.title")}
        note={t("club:rewards.note")}
        extra={rewards.data.length > 0 && add}
      >
        {rewards.data.length === 0 ? (
          <EmptyState action={add}>{t("club:rewards.none")}</EmptyState>
        ) : (
          <table className="clubtable">
            <thead>
              <tr>
                <th scope="col">{t("club:rewards.name")}</th>
                <th scope="col" className="end">
                  {t("club:rewards.points")}
                </th>
                <th scope="col" className="end">
                  {t("club:rewards.coins")}
                </th>
                <th scope="col" className="end">
                  {t("club:rewards.active")}
                </th>
              </tr>
            </thead>
            <tbody>
              {rewards.data.map((row) => (
                <Line key={row.id} row={row} rules={house} onEdit={() => setWriting(row)} />
              ))}
            </tbody>
          </table>
        )}
      </Section>
    </>
  );
}
