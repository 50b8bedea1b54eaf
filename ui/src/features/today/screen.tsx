import { Button } from "antd";
import { keepPreviousData } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useState } from "react";
import type { TaskRow, Today } from "../../bindings/app";
import { TaskForm } from "../../forms/TaskForm";
import { call } from "../../host/call";
import type { Failure } from "../../host/failure";
import { toFailure } from "../../host/failure";
import { useFormat } from "../../i18n/format";
import { useFailureWords } from "../../i18n/failure";
import { useWords } from "../../i18n/words";
import { Bar } from "../../parts/Bar";
import { Bars } from "../../parts/Bars";
import { Chips } from "../../parts/Chip";
import { EmptyState } from "../../parts/EmptyState";
import { Failed } from "../../parts/Failed";
import { Icon } from "../../parts/Icon";
import { Note } from "../../parts/Note";
import { offerUndo } from "../../parts/UndoToast";
import { useRead } from "../../query/use";
import { BackupNote } from "../../shell/BackupWords";
import { RangeWords } from "../../shell/RangeWords";
import { useSession } from "../../shell/session";
import { useCaps, useKeys } from "../../shell/hotkeys";
import { Leaves } from "./Leaves";
import { groupsOf, neighbour } from "./order";
import { SidePanes } from "./SidePanes";
import { TaskLine } from "./TaskLine";
import "./today.css";

const openCap = ["today.open"] as const;

function Progress({ today }: { today: Today }) {
  const t = useWords();
  const left = today.overdue.length + today.today.length;
  const done = today.done.length;
  const words = t("today:progress", { done, left });
  return (
    <span className="row g8 sm t2 nw">
      <Bar label={words} width={96} parts={[{ share: done + left === 0 ? 0 : done / (done + left) }]} />
      {words}
    </span>
  );
}

function Refused({ failure }: { failure: Failure }) {
  return <Note kind="error" urgent title={useFailureWords(failure)} />;
}

/** What is due, in the order in which it should be done. */
export function Screen() {
  const t = useWords();
  const format = useFormat();
  const navigate = useNavigate();
  const unmade = useSession()?.backup_failed !== undefined;
  const [mine, setMine] = useState(false);
  const [chosen, setChosen] = useState<string | null>(null);
  const [postponing, setPostponing] = useState<string | null>(null);
  const [creating, setCreating] = useState(false);
  const [refused, setRefused] = useState<Failure | null>(null);
  const {
    data: today,
    error,
    refetch,
  } = useRead("today.show", { mine }, { placeholderData: keepPreviousData });
  const groups = today === undefined ? [] : groupsOf(today);
  const tasks = groups.flatMap((group) => group.tasks);
  const at = tasks.find((task) => task.id === chosen) ?? tasks[0];

  const open = (customer: string | null) => {
    if (customer !== null) void navigate({ to: "/customers/$id", params: { id: customer } });
  };
  const act = async (work: () => Promise<unknown>) => {
    try {
      await work();
      setRefused(null);
    } catch (thrown) {
      setRefused(toFailure(thrown));
    }
  };
  const finish = (task: TaskRow) =>
    act(async () => {
      setChosen(neighbour(tasks, task.id, task === tasks.at(-1) ? -1 : 1));
      await call("task.done", { id: task.id, done: true });
      offerUndo(t("today:done.toast", { title: task.title }), () => void reopen(task));
    });
  const reopen = (task: TaskRow) =>
    act(async () => {
      await call("task.done", { id: task.id, done: false });
      setChosen(task.id);
    });
  const postpone = (task: TaskRow, day: string) =>
    act(async () => {
      const before = task.due_on;
      await call("task.postpone", { id: task.id, due_on: day });
      if (before !== null) {
        offerUndo(t("today:postponed", { title: task.title, day: format.shortDay(day) }), () => {
          void act(() => call("task.postpone", { id: task.id, due_on: before }));
        });
      }
    });

  useKeys({
    "today.move": (event) => {
      const up = event.key === "ArrowUp" || event.key.toUpperCase() === "K";
      const next = neighbour(tasks, at?.id ?? null, up ? -1 : 1);
      setChosen(next);
      document
        .querySelector(`[data-testid="task"][data-id="${next ?? ""}"]`)
        ?.scrollIntoView({ block: "nearest" });
    },
    "today.done": () => at !== undefined && void finish(at),
    "today.postpone": () => at !== undefined && setPostponing(at.id),
    "today.note": () => setCreating(true),
  });
  useCaps(openCap);

  return (
    <div className="today">
      <header className="head">
        <h1>{t("today:title")}</h1>
        {today !== undefined && <span className="t2 nw">{format.longDay(today.date)}</span>}
        <RangeWords />
        <span className="grow" />
        {today !== undefined && <Progress today={today} />}
        <span className="vr short" />
        <Chips
          label={t("today:whose")}
          value={mine ? "mine" : "all"}
          options={[
            { value: "mine", label: t("today:mine") },
            { value: "all", label: t("today:all") },
          ]}
          onChange={(whose) => setMine(whose === "mine")}
        />
        <Button type="primary" icon={<Icon of={Plus} />} onClick={() => setCreating(true)}>
          {t("task:new")}
        </Button>
      </header>
      {/* The list is where Enter counts: a button elsewhere keeps its own. */}
      {/* eslint-disable jsx-a11y/no-noninteractive-tabindex, jsx-a11y/no-noninteractive-element-interactions */}
      <section
        className="tasks scroll"
        aria-label={t("today:tasks")}
        tabIndex={0}
        ref={(list) => {
          if (list !== null && document.activeElement === document.body) list.focus({ preventScroll: true });
        }}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.target !== event.currentTarget) return;
          event.preventDefault();
          open(at?.customer ?? null);
        }}
      >
        {refused !== null && (
          <div className="tasksnote">
            <Refused failure={refused} />
          </div>
        )}
        {unmade && (
          <div className="tasksnote">
            <BackupNote />
          </div>
        )}
        <Leaves onOpen={open} />
        {error !== null && <Failed failure={error} onRetry={() => void refetch()} />}
        {today === undefined && error === null && <Bars count={5} />}
        {today !== undefined && tasks.length === 0 && (
          <EmptyState action={<Button onClick={() => setCreating(true)}>{t("task:new")}</Button>}>
            {t("today:empty")}
          </EmptyState>
        )}
        {today !== undefined &&
          groups.map((group) => (
            <section key={group.id} aria-label={t(`today:group.${group.id}`)}>
              <div className="grp">
                <h2>{t(`today:group.${group.id}`)}</h2>
                <span>{group.tasks.length}</span>
                <span className="grow" />
                <span className="t3">{t(`today:hint.${group.id}`)}</span>
              </div>
              <ul>
                {group.tasks.map((task) => (
                  <TaskLine
                    key={task.id}
                    task={task}
                    today={today.date}
                    on={task.id === at?.id}
                    postponing={postponing === task.id}
                    onChoose={() => setChosen(task.id)}
                    onOpen={() => open(task.customer)}
                    onDone={() => void finish(task)}
                    onPostpone={(shown, day) => {
                      setPostponing(shown ? task.id : null);
                      if (day !== undefined) void postpone(task, day);
                    }}
                  />
                ))}
              </ul>
            </section>
          ))}
      </section>
      {today !== undefined && <SidePanes today={today} onOpen={open} onBack={(task) => void reopen(task)} />}
      {creating && (
        <TaskForm today={today?.date ?? format.fullDay(new Date())} onClose={() => setCreating(false)} />
      )}
    </div>
  );
}
