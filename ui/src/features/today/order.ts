import type { TaskRow, Today } from "../../bindings/app";

export type GroupId = "overdue" | "today" | "soon";

export interface Group {
  id: GroupId;
  tasks: readonly TaskRow[];
}

/** The groups in the order in which they should be done; empty ones are left out. */
export function groupsOf(today: Today): Group[] {
  const groups: Group[] = [
    { id: "overdue", tasks: today.overdue },
    { id: "today", tasks: today.today },
    { id: "soon", tasks: today.soon },
  ];
  return groups.filter((group) => group.tasks.length > 0);
}

/** The task that has the place after `id` is gone: the next one, or the last there is. */
export function neighbour(tasks: readonly TaskRow[], id: string | null, by: -1 | 0 | 1): string | null {
  const at = tasks.findIndex((task) => task.id === id);
  if (at < 0) return tasks[0]?.id ?? null;
  const next = tasks[Math.max(0, Math.min(at + by, tasks.length - 1))];
  return next?.id ?? null;
}
