import { Popover } from "antd";
import { useState } from "react";
import type { TaskRow } from "../../bindings/app";
import { useWords } from "../../i18n/words";
import { CustomerTier } from "../../parts/CustomerTier";
import { Facts } from "../../parts/Facts";
import { Icon } from "../../parts/Icon";
import { taskKind } from "../../parts/kinds";
import { Ring } from "../../parts/Rings";
import { WaitingMark } from "../../parts/States";
import { useNear } from "./near";
import { Postponing } from "./Postponing";
import { RefusedWrite } from "./RefusedWrite";

interface TaskLineProps {
  task: TaskRow;
  today: string;
  on: boolean;
  postponing: boolean;
  onChoose: () => void;
  onOpen: () => void;
  onDone: () => void;
  onPostpone: (open: boolean, day?: string) => void;
}

/** 57 px: what and why at the left, when and how at the right. */
export function TaskLine({
  task,
  today,
  on,
  postponing,
  onChoose,
  onOpen,
  onDone,
  onPostpone,
}: TaskLineProps) {
  const t = useWords();
  const near = useNear(today);
  const due = task.due_on === null ? null : near(task.due_on);
  const kind = taskKind(task.kind);
  const [looking, setLooking] = useState(false);
  return (
    <li
      className={on ? "task on" : "task"}
      aria-current={on ? "true" : undefined}
      data-id={task.id}
      data-testid="task"
    >
      <Ring label={t("today:finish", { title: task.title })} done={false} onChange={onDone} />
      {/* The row is chosen by clicking anywhere; the keyboard has J and K. */}
      {/* eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions */}
      <div className="taskwords" onClick={onChoose} onDoubleClick={onOpen}>
        <div className="row g8">
          <b className="wraps">{task.title}</b>
          {task.waiting && <WaitingMark />}
        </div>
        <div className="sm t2 wraps tasksub">
          <Facts
            items={[
              task.why,
              task.customer_name !== null && (
                <button key="who" type="button" className="bare acc" onClick={onOpen}>
                  {task.customer_name}
                </button>
              ),
              task.tier !== null && <CustomerTier key="tier" tier={task.tier} />,
              task.assignee_name !== null && (
                <span key="assignee" className="nw">
                  {task.assignee_name}
                </span>
              ),
              task.refused !== undefined && (
                <button
                  key="refused"
                  type="button"
                  className="bare acc nw"
                  onClick={() => setLooking(!looking)}
                >
                  {t(looking ? "today:refused.close" : "today:refused.open")}
                </button>
              ),
            ]}
          />
        </div>
        {looking && task.refused !== undefined && <RefusedWrite task={task} refused={task.refused} />}
      </div>
      <div className="end sm">
        <Popover
          open={postponing}
          trigger="click"
          placement="bottomRight"
          arrow={false}
          destroyOnHidden
          onOpenChange={(open) => onPostpone(open)}
          content={<Postponing today={today} onDay={(day) => onPostpone(false, day)} />}
        >
          <button
            type="button"
            className={`bare nw ${due?.late === true ? "err" : "t2"}`}
            title={t("today:postpone")}
            onClick={onChoose}
          >
            {due?.words ?? t("today:undated")}
          </button>
        </Popover>
        <div className="t3 nw row g4 taskkind">
          <Icon of={kind.icon} size={14} />
          {t(kind.word)}
        </div>
      </div>
    </li>
  );
}
