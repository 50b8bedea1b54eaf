import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ApprovalRow, TaskRow, Today } from "../../bindings/app";
import { addDays, daysBetween, nextMonday } from "../../forms/days";
import { chooseLanguage } from "../../i18n/language";
import { UndoToasts } from "../../parts/UndoToast";
import { guardComposition } from "../../shell/composition";
import { listenForKeys } from "../../shell/hotkeys";
import type { Answers } from "../../test/core";
import { violations } from "../../test/axe";
import { answer, asked } from "../../test/core";
import { showAt } from "../../test/place";
import { groupsOf, neighbour } from "./order";
import { Screen } from "./screen";

vi.mock("../../host/call", () => import("../../test/core"));
// Whole stories, key by key, also where other work keeps the machine busy.
vi.setConfig({ testTimeout: 30_000 });

function task(id: string, due_on: string): TaskRow {
  return {
    id,
    kind: "call",
    title: `事${id}`,
    why: "因为",
    due_on,
    customer: `c${id}`,
    customer_name: `客${id}`,
    tier: "gold",
    assignee: null,
    assignee_name: null,
    done_at: null,
    waiting: false,
  };
}

const day: Today = {
  date: "2026-09-18",
  overdue: [task("1", "2026-09-17")],
  today: [task("2", "2026-09-18")],
  soon: [task("3", "2026-09-20"), task("4", "2026-10-02")],
  done: [task("9", "2026-09-18")],
  birthdays: [{ customer: "c7", name: "贺敏之", tier: "platinum", on: "2026-09-20", age: 70 }],
  sales_today: 4,
  sold_today: 100_000,
  new_customers_today: 1,
};

const home = {
  phase: "ready" as const,
  workspace: { id: "w", name: "茶铺" },
  store: null,
  device: null,
  person: null,
  currency: "CNY",
  time_zone: "Asia/Shanghai",
  demo: false,
  recovery_saved: true,
  enrolled: false,
  guarded: false,
  version: "0.1.0",
};

const core: Answers = {
  "today.show": () => day,
  "task.done": ({ id }) => ({ id }),
  "task.postpone": ({ id }) => ({ id }),
  "task.add": () => ({ id: "new" }),
  "customer.search": () => ({ took_us: 1, hits: [], more: false }),
};

let stop: (() => void)[] = [];

beforeEach(() => {
  chooseLanguage("zh-CN");
  answer(core);
  stop = [guardComposition(window), listenForKeys(window)];
  Element.prototype.scrollIntoView = () => undefined;
});
afterEach(() => stop.forEach((off) => off()));

async function open() {
  const shown = await showAt(
    <>
      <Screen />
      <UndoToasts />
    </>,
  );
  await screen.findByText("事1");
  return shown;
}

const chosen = () => document.querySelector('[aria-current="true"]')?.getAttribute("data-id");

describe("days of tasks", () => {
  it("are counted without a zone", () => {
    expect(addDays("2026-12-31", 1)).toBe("2027-01-01");
    expect(addDays("2028-02-28", 1)).toBe("2028-02-29");
    expect(nextMonday("2026-09-18")).toBe("2026-09-21");
    expect(nextMonday("2026-09-21")).toBe("2026-09-28");
    expect(nextMonday("2026-09-20")).toBe("2026-09-21");
    expect(daysBetween("2026-09-18", "2026-10-02")).toBe(14);
  });
});

describe("the order of today", () => {
  it("leaves empty groups out and finds the neighbour", () => {
    expect(groupsOf({ ...day, overdue: [] }).map(({ id }) => id)).toEqual(["today", "soon"]);
    const tasks = groupsOf(day).flatMap((group) => group.tasks);
    expect(neighbour(tasks, "1", 1)).toBe("2");
    expect(neighbour(tasks, "1", -1)).toBe("1");
    expect(neighbour(tasks, "4", 1)).toBe("4");
    expect(neighbour(tasks, "gone", 1)).toBe("1");
    expect(neighbour([], null, 1)).toBeNull();
  });
});

describe("today", () => {
  it("says that the backup was not made, why, and where to see to it", async () => {
    const backup_failed = { code: "disk.full", params: {}, at: new Date(2026, 8, 18, 3, 0).getTime() };
    answer({ ...core, "home.state": () => ({ ...home, backup_failed }) });
    const { container } = await showAt(<Screen />);
    const note = await screen.findByRole("note");
    expect(note).toHaveTextContent(/的备份没做成/);
    expect(screen.getByRole("link", { name: "去处理" })).toHaveAttribute("href", "/settings?page=backup");
    expect(await violations(container)).toEqual([]);
  });

  it("says when each is due, from the business day", async () => {
    await open();
    expect(screen.getByText("过 1 天")).toBeInTheDocument();
    expect(screen.getAllByText("周日").length).toBeGreaterThan(0);
    expect(screen.getByText("10-02 到期")).toBeInTheDocument();
    expect(screen.getByText("70 岁生日，周日")).toBeInTheDocument();
    expect(screen.getByText("已办 1，还有 2")).toBeInTheDocument();
    expect(screen.getByText("¥250")).toBeInTheDocument();
  });

  it("moves with J and K, opens with Enter", async () => {
    const { address } = await open();
    expect(chosen()).toBe("1");
    fireEvent.keyDown(document.body, { key: "j" });
    fireEvent.keyDown(document.body, { key: "j" });
    fireEvent.keyDown(document.body, { key: "k" });
    expect(chosen()).toBe("2");
    fireEvent.keyDown(screen.getByRole("region", { name: "要办的事" }), { key: "Enter" });
    await waitFor(() => expect(address()).toBe("/customers/c2"));
  });

  it("finishes with X and takes it back", async () => {
    await open();
    fireEvent.keyDown(document.body, { key: "x" });
    await waitFor(() => expect(asked).toHaveBeenCalledWith("task.done", { id: "1", done: true }));
    await userEvent.click(await screen.findByRole("button", { name: "撤销" }));
    await waitFor(() => expect(asked).toHaveBeenCalledWith("task.done", { id: "1", done: false }));
  });

  it("puts off with S, and takes that back too", async () => {
    await open();
    fireEvent.keyDown(document.body, { key: "s" });
    await userEvent.click(await screen.findByRole("button", { name: /^下周一/ }));
    await waitFor(() =>
      expect(asked).toHaveBeenCalledWith("task.postpone", { id: "1", due_on: "2026-09-21" }),
    );
    await userEvent.click(await screen.findByRole("button", { name: "撤销" }));
    await waitFor(() =>
      expect(asked).toHaveBeenCalledWith("task.postpone", { id: "1", due_on: "2026-09-17" }),
    );
  });

  it("does nothing while an input method composes", async () => {
    await open();
    fireEvent.keyDown(document.body, { key: "x", keyCode: 229 });
    fireEvent.keyDown(document.body, { key: "n", keyCode: 229 });
    expect(asked).not.toHaveBeenCalledWith("task.done", expect.anything());
    expect(screen.queryByTestId("task-form")).not.toBeInTheDocument();
  });

  it("takes a new task with a title alone", async () => {
    await open();
    fireEvent.keyDown(document.body, { key: "n" });
    await userEvent.type(await screen.findByLabelText("做什么"), "问价{Enter}");
    await waitFor(() =>
      expect(asked).toHaveBeenCalledWith("task.add", { title: "问价", kind: "todo", due_on: "2026-09-18" }),
    );
    await waitFor(() => expect(screen.queryByTestId("task-form")).not.toBeInTheDocument());
  });

  it("says so where nothing is due", async () => {
    answer({ ...core, "today.show": () => ({ ...day, overdue: [], today: [], soon: [] }) });
    await showAt(<Screen />);
    expect(await screen.findByText("今天没有要办的事。")).toBeInTheDocument();
  });

  it.each(["zh-CN", "zh-TW", "en"] as const)("shows axe nothing to complain of in %s", async (language) => {
    chooseLanguage(language);
    const { container } = await open();
    expect(await violations(container)).toEqual([]);
  });
});

describe("what waits for approval", () => {
  const row: ApprovalRow = {
    id: "leave",
    matter: "discount",
    amount: 20_100,
    allowed: 20_000,
    customer: "c7",
    customer_name: "贺敏之",
    why: "老客户",
    asked_by: "陈晓",
    asked_at: Date.now() - 8.5 * 60_000,
    till: "2 号柜",
    verdict: null,
    decided_by: null,
    decided_at: null,
    used: false,
  };

  it("r41 says how much against which limit, who asks where and for how long, and is decided in place", async () => {
    answer({
      ...core,
      "approval.list": () => ({ waiting: [row], decided: [], mine: true }),
      "approval.decide": ({ id }) => ({ id }),
    });
    const { container } = await open();
    const line = await screen.findByTestId("leave");
    for (const fact of ["让价 ¥201", "自己最多 ¥200", "贺敏之", "陈晓", "2 号柜", "等了", "老客户"]) {
      expect(line).toHaveTextContent(fact);
    }
    expect(await violations(container)).toEqual([]);
    fireEvent.click(within(line).getByRole("button", { name: "批准" }));
    await waitFor(() => expect(asked).toHaveBeenCalledWith("approval.decide", { id: "leave", give: true }));
  });

  it("r41 is shown to nobody who may not decide, and takes no room while nobody asks", async () => {
    answer({ ...core, "approval.list": () => ({ waiting: [row], decided: [], mine: false }) });
    await open();
    expect(screen.queryByTestId("leaves")).toBeNull();
  });
});
