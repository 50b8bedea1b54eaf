import type { TaskRow } from "../../bindings/app";
import { call } from "../../host/call";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";
import { Failed } from "../../parts/Failed";
import { Icon } from "../../parts/Icon";
import { taskKind } from "../../parts/kinds";
import { Ring } from "../../parts/Rings";
import { Section } from "../../parts/Section";
import { offerUndo } from "../../parts/UndoToast";
import { useRead } from "../../query/use";
import { daysBetween } from "../../forms/days";

function Line({ task, today }: { task: TaskRow; today: string }) {
  const t = useWords();
  const format = useFormat();
  const left = task.due_on === null ? 0 : daysBetween(today, task.due_on);
  const late = left < 0;
  const kind = taskKind(task.kind);
  const done = async () => {
    await call("task.done", { id: task.id, done: true });
    offerUndo(
      t("customer:task.done", { title: task.title }),
      () => void call("task.done", { id: task.id, done: false }),
    );
  };
  return (
    <li className="row g12 taskline">
      <Ring
        label={t("customer:task.finish", { title: task.title })}
        done={false}
        onChange={() => void done()}
      />
      <div className="grow">
        <div className="wraps">{task.title}</div>
        {task.why !== null && <div className="sm t2 wraps">{task.why}</div>}
      </div>
      <span className="t3">
        <Icon of={kind.icon} size={14} label={t(kind.word)} />
      </span>
      {task.due_on !== null && (
        <span className={late ? "err nw" : "t2 nw"}>
          {late ? t("customer:task.late", { count: -left }) : format.relativeDay(task.due_on)}
        </span>
      )}
    </li>
  );
}

/** What is still to be done for this customer. */
export function TasksPane({ id, today, onNew }: { id: string; today: string; onNew: () => void }) {
  const t = useWords();
  const { data, error, refetch } = useRead("task.list", { customer: id, done: false });
  return (
    <Section
      title={t("customer:task.title")}
      extra={
        <button type="button" className="bare acc" onClick={onNew}>
          {t("customer:task.new")}
        </button>
      }
    >
      {error !== null && <Failed failure={error} onRetry={() => void refetch()} />}
      {data?.length === 0 && <p className="t3">{t("customer:task.none")}</p>}
      <ul>
        {(data ?? []).map((task) => (
          <Line key={task.id} task={task} today={today} />
        ))}
      </ul>
    </Section>
  );
}
