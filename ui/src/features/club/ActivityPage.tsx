import { useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import type { ActivityPage as Shown } from "../../bindings/app";
import { Bars } from "../../parts/Bars";
import { Failed } from "../../parts/Failed";
import { useWords } from "../../i18n/words";
import { useRead } from "../../query/use";
import { ActivityForm } from "./ActivityForm";
import { ActivityStand } from "./ActivityStand";
import { CheckDraw } from "./CheckDraw";
import { DrawLots } from "./DrawLots";
import { TookPartList } from "./TookPartList";

function Body({ page, mine }: { page: Shown; mine: boolean }) {
  const [checking, setChecking] = useState<string | null>(null);
  if (checking !== null) return <CheckDraw lot={checking} onClose={() => setChecking(null)} />;
  const draw = page.row.terms?.kind === "draw";
  return (
    <>
      {draw && <DrawLots activity={page.row.id} lots={page.lots} mine={mine} onCheck={setChecking} />}
      <TookPartList people={page.people} mine={mine && !draw} draw={draw} />
    </>
  );
}

/** One activity: everyone who took part, in the order that counts, and the tickets of a draw. */
export function ActivityPage({ id }: { id: string }) {
  const t = useWords();
  const navigate = useNavigate();
  const [writing, setWriting] = useState(false);
  const page = useRead("activity.show", { id });
  const rules = useRead("rules.show", null);
  const error = page.error ?? rules.error;
  const back = (
    <Button onClick={() => void navigate({ to: ".", search: { page: "activities" } })}>
      {t("club:activity.back")}
    </Button>
  );
  if (error !== null) {
    const again = () => {
      void page.refetch();
      void rules.refetch();
    };
    return (
      <>
        <div className="clubsave">
          <span>{back}</span>
        </div>
        <Failed failure={error} onRetry={again} />
      </>
    );
  }
  if (page.data === undefined || rules.data === undefined) return <Bars count={6} />;
  const { row } = page.data;
  const { mine } = rules.data;
  return (
    <>
      <div className="activityhead">
        {back}
        <h2>{row.activity.name}</h2>
        <span className="t2 grow">
          <ActivityStand row={row} queue={0} />
        </span>
        {mine && !writing && <Button onClick={() => setWriting(true)}>{t("club:activity.edit")}</Button>}
      </div>
      {writing && <ActivityForm row={row} rules={rules.data} onClose={() => setWriting(false)} />}
      <Body key={id} page={page.data} mine={mine} />
    </>
  );
}
