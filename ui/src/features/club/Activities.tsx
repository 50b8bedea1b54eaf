import { useNavigate, useRouterState } from "@tanstack/react-router";
import { Button, Switch } from "antd";
import { Plus } from "lucide-react";
import { useState } from "react";
import type { ActivityRow } from "../../bindings/app";
import { Refused } from "../../forms/Refused";
import { useWords } from "../../i18n/words";
import { Bars } from "../../parts/Bars";
import { CustomerTier } from "../../parts/CustomerTier";
import { EmptyState } from "../../parts/EmptyState";
import { Facts } from "../../parts/Facts";
import { Failed } from "../../parts/Failed";
import { Icon } from "../../parts/Icon";
import { Section } from "../../parts/Section";
import { useAct, useRead } from "../../query/use";
import { ActivityForm } from "./ActivityForm";
import { ActivityPage } from "./ActivityPage";
import { ActivityStand } from "./ActivityStand";
import { Review } from "./Review";
import "./activities.css";

interface LineProps {
  row: ActivityRow;
  mine: boolean;
  queue: number;
  onOpen: () => void;
}

function Line({ row, mine, queue, onOpen }: LineProps) {
  const t = useWords();
  const edit = useAct("activity.edit");
  const { activity } = row;
  const { from_day: from, until_day: until } = activity;
  return (
    <tr>
      <th scope="row">
        <button type="button" className="bare rewardname" onClick={onOpen}>
          {activity.name}
        </button>
        <div className="sm t3">
          <Facts
            items={[
              row.terms === null ? null : t(`club:activity.kinds.${row.terms.kind}`),
              activity.tier === undefined ? null : <CustomerTier key="tier" tier={activity.tier} />,
              from === undefined && until === undefined
                ? null
                : t("club:rewards.days", { from: from ?? "…", until: until ?? "…" }),
              !row.on && activity.active !== false ? t("club:activity.over") : null,
            ]}
          />
        </div>
        <Refused failure={edit.error} />
      </th>
      <td className="stand">
        <ActivityStand row={row} queue={queue} />
      </td>
      <td className="end">
        <Switch
          size="small"
          aria-label={t("club:activity.active_of", { name: activity.name ?? "" })}
          disabled={!mine || edit.isPending}
          checked={activity.active !== false}
          onChange={(active) => edit.mutate({ id: row.id, fields: { active } })}
        />
      </td>
    </tr>
  );
}

/** What members take part in, how each goes, and what waits to be looked at. */
export function Activities() {
  const open = useRouterState({
    select: ({ location }) => new URLSearchParams(location.searchStr).get("activity"),
  });
  return open === null ? <List /> : <ActivityPage id={open} />;
}

function List() {
  const t = useWords();
  const navigate = useNavigate();
  const [writing, setWriting] = useState(false);
  const rows = useRead("activity.list", { all: true });
  const rules = useRead("rules.show", null);
  const queue = useRead("contribution.list", null);
  const error = rows.error ?? rules.error;
  if (error !== null) {
    const again = () => {
      void rows.refetch();
      void rules.refetch();
    };
    return <Failed failure={error} onRetry={again} />;
  }
  if (rows.data === undefined || rules.data === undefined) return <Bars count={4} />;
  const house = rules.data;
  const waiting = (row: ActivityRow) =>
    queue.data?.waiting.filter((one) => one.activity === row.activity.name).length ?? 0;
  const open = (activity: string) => void navigate({ to: ".", search: { page: "activities", activity } });
  const add = house.mine && !writing && (
    <Button type="primary" icon={<Icon of={Plus} />} onClick={() => setWriting(true)}>
      {t("club:activity.add")}
    </Button>
  );
  return (
    <>
      {writing && <ActivityForm row={null} rules={house} onClose={() => setWriting(false)} />}
      <Section
        title={t("club:activity.title")}
        note={t("club:activity.note")}
        extra={rows.data.length > 0 && add}
      >
        {rows.data.length === 0 ? (
          <EmptyState action={add}>{t("club:activity.none")}</EmptyState>
        ) : (
          <table className="clubtable">
            <thead>
              <tr>
                <th scope="col">{t("club:activity.name")}</th>
                <th scope="col">{t("club:activity.stand")}</th>
                <th scope="col" className="end">
                  {t("club:activity.active")}
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.data.map((row) => (
                <Line
                  key={row.id}
                  row={row}
                  mine={house.mine}
                  queue={waiting(row)}
                  onOpen={() => open(row.id)}
                />
              ))}
            </tbody>
          </table>
        )}
      </Section>
      {queue.data?.mine === true && queue.data.waiting.length + queue.data.reviewed.length > 0 && (
        <Review queue={queue.data} />
      )}
    </>
  );
}
