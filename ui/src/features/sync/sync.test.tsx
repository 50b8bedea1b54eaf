import { act, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { ConflictRow, ConflictSide, HomeState, OutboxRow, SyncStatus } from "../../bindings/app";
import { Failure } from "../../host/failure";
import { chooseLanguage } from "../../i18n/language";
import type { Answers } from "../../test/core";
import { announce, answer, asked } from "../../test/core";
import { violations } from "../../test/axe";
import { showAt } from "../../test/place";
import { Screen } from "./screen";

vi.mock("../../host/call", () => import("../../test/core"));
vi.setConfig({ testTimeout: 30_000 });

const minute = 60_000;

const home: HomeState = {
  phase: "ready",
  workspace: { id: "w", name: "云栖茶铺" },
  store: { id: "s", name: "湖滨店" },
  device: { id: "d", name: "2 号柜" },
  person: { id: "p", name: "陈晓", role: "counter" },
  currency: "CNY",
  time_zone: "Asia/Shanghai",
  demo: false,
  recovery_saved: true,
  enrolled: true,
  guarded: false,
  version: "0",
};

function status(more: Partial<SyncStatus> = {}): SyncStatus {
  return {
    state: "offline",
    enrolled: true,
    server: "https://192.168.1.20:4810",
    outbox_count: 2,
    conflicts: 0,
    oldest_at: Date.now() - 8.5 * minute,
    last_pull_at: Date.now() - 12.5 * minute,
    last_sync_at: Date.now() - 9 * minute,
    pulling: null,
    problem: null,
    range: null,
    ...more,
  };
}

const rows: OutboxRow[] = [
  {
    collection: "customer",
    id: "1",
    label: "方敏",
    customer: "1",
    fields: ["phone", "remarks"],
    person: "陈晓",
    since: Date.now() - 8.5 * minute,
    problem: null,
  },
  {
    collection: "parcel",
    id: "2",
    label: "1121-046",
    customer: null,
    fields: [],
    person: null,
    since: Date.now() - minute,
    problem: { code: "text.too_long", params: {} },
  },
];

function core(now: SyncStatus, more: Answers = {}): void {
  answer({
    "home.state": () => home,
    "sync.status": () => now,
    "sync.outbox": () => ({ count: rows.length, rows }),
    "sync.now": () => ({ pushed: 2, pulled: 5, conflicts: 0, cursor: 1, seconds: 0.1 }),
    "sync.leave": () => ({ ...home, enrolled: false }),
    "sync.enroll": () => home,
    ...more,
  });
}

const hand = userEvent.setup();
const names = () => asked.mock.calls.map(([name]) => name);

beforeEach(() => chooseLanguage("zh-CN"));

describe("the outbox", () => {
  it("says what waits, whose it is, how long and why", async () => {
    core(status());
    await showAt(<Screen />);
    const outbox = await screen.findByTestId("outbox");
    const [, first, second] = outbox.querySelectorAll("tr");
    expect(first).toHaveTextContent(/方敏\s*客户手机、备注陈晓8 分钟连不上服务器/);
    expect(second).toHaveTextContent("1121-046 记录");
    expect(screen.getByTestId("sync-state")).toHaveTextContent(/离线.*还有 2 条.*最久 8 分钟/);
    expect(screen.getByTestId("as-of").closest("dd")).toHaveTextContent("12 分钟前");
  });

  it("is empty in one sentence", async () => {
    core(status({ state: "synced", outbox_count: 0, oldest_at: null }), {
      "sync.outbox": () => ({ count: 0, rows: [] }),
    });
    await showAt(<Screen />);
    expect(await screen.findByText("全部已上传")).toBeInTheDocument();
  });

  it("opens the customer a change is about", async () => {
    core(status());
    const { address } = await showAt(<Screen />);
    await hand.click(await screen.findByRole("link", { name: "方敏" }));
    await waitFor(() => expect(address()).toBe("/customers/1"));
  });
});

describe("a round", () => {
  it("tells what it moved", async () => {
    core(status({ state: "waiting" }));
    await showAt(<Screen />);
    await hand.click(await screen.findByTestId("sync-now"));
    expect(await screen.findByText("传上 2 条，取回 5 条")).toBeInTheDocument();
  });

  it("that fails says that nothing is lost", async () => {
    core(status(), {
      "sync.now": () => {
        throw new Failure("server.unreachable");
      },
    });
    await showAt(<Screen />);
    await hand.click(await screen.findByTestId("sync-now"));
    expect(await screen.findByRole("alert")).toHaveTextContent("已存在本机");
  });

  it("shows how far a first sync is, as it is told", async () => {
    core(status({ state: "syncing", pulling: { done: 10, all: 100 } }));
    await showAt(<Screen />);
    expect(await screen.findByTestId("sync-pulling")).toHaveTextContent("10 / 100");
    act(() => announce("status", status({ state: "syncing", pulling: { done: 60, all: 100 } })));
    await waitFor(() => expect(screen.getByTestId("sync-pulling")).toHaveTextContent("60 / 100"));
  });
});

describe("leaving", () => {
  it("asks where work is unsent, and goes only when told again", async () => {
    core(status());
    await showAt(<Screen />);
    await hand.click(await screen.findByTestId("leave"));
    expect(screen.getByText("还有 2 条没上传，断开就传不了了")).toBeInTheDocument();
    expect(names()).not.toContain("sync.leave");
    await hand.click(screen.getByRole("button", { name: "不断开" }));
    await hand.click(screen.getByTestId("leave"));
    await hand.click(screen.getByTestId("leave-sure"));
    expect(names()).toContain("sync.leave");
  });

  it("offers to sync first", async () => {
    core(status());
    await showAt(<Screen />);
    await hand.click(await screen.findByTestId("leave"));
    await hand.click(screen.getByRole("button", { name: "先同步" }));
    await waitFor(() => expect(names()).toContain("sync.now"));
    expect(names()).not.toContain("sync.leave");
  });
});

describe("joining", () => {
  const alone = status({ state: "alone", enrolled: false, server: null, outbox_count: 0, oldest_at: null });

  it("takes a pasted code, whatever lines it was broken into", async () => {
    core(alone);
    await showAt(<Screen />);
    await hand.click(await screen.findByLabelText("邀请码"));
    await hand.paste("shuke:abc\n def ");
    await hand.click(screen.getByRole("button", { name: "接上" }));
    expect(asked).toHaveBeenCalledWith("sync.enroll", { code: "shuke:abcdef", device_name: "2 号柜" });
  });

  it("that is refused leaves everything as it is", async () => {
    core(alone, {
      "sync.enroll": () => {
        throw new Failure("enrol.code_spent");
      },
    });
    await showAt(<Screen />);
    await hand.click(await screen.findByLabelText("邀请码"));
    await hand.paste("code");
    await hand.click(screen.getByRole("button", { name: "接上" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("本机资料没有变");
  });

  it("is not offered in a look around, but the way out is", async () => {
    core(alone, {
      "home.state": () => ({ ...home, demo: true }),
      "home.leave_demo": () => ({ ...home, phase: "new" }),
    });
    const { address } = await showAt(<Screen />);
    await hand.click(await screen.findByRole("button", { name: "结束，开自己的店" }));
    await waitFor(() => expect(address()).toBe("/welcome"));
    expect(names()).not.toContain("sync.enroll");
  });
});

describe("for everyone", () => {
  it.each(["zh-CN", "zh-TW", "en"] as const)(
    "speaks %s, without accessibility violations",
    async (language) => {
      chooseLanguage(language);
      core(status({ problem: { code: "device.revoked", params: {} }, state: "needs_attention" }));
      const { container } = await showAt(<Screen />);
      await hand.click(await screen.findByTestId("leave"));
      await screen.findByTestId("outbox");
      expect(container).not.toHaveTextContent(/sync:|nouns:/);
      expect(await violations(container)).toEqual([]);
    },
  );
});

const side = (value: unknown, person: string, here: boolean): ConflictSide => ({
  value,
  label: null,
  person,
  device: here ? "2 号柜" : "1 号柜",
  here,
  at: Date.now() - 8 * minute,
});

function conflict(more: Partial<ConflictRow> = {}): ConflictRow {
  return {
    id: "c1",
    collection: "customer",
    record: "1",
    customer: "1",
    name: "方敏",
    field: "phone",
    original: "+8613805716688",
    original_label: null,
    theirs: side("+8613900001111", "林淑仪", false),
    mine: side("+8613900002222", "陈晓", true),
    leads: "theirs",
    others: [],
    as_of: "one",
    ...more,
  };
}

const birthday = conflict({
  id: "c2",
  field: "birthday",
  original: { birthday: "1990-01-01", birthday_calendar: "solar" },
  theirs: side({ birthday: "1990-08-15", birthday_calendar: "lunar" }, "林淑仪", false),
  mine: side({ birthday: "1991-09-23", birthday_calendar: "solar" }, "陈晓", true),
  leads: "mine",
  as_of: "two",
});

const lost = {
  id: "9",
  name: "李雷",
  deleted_at: Date.now() - 9 * minute,
  deleted_on: "1 号柜",
  changed: { remarks: "不知道" },
  changed_at: Date.now() - 8 * minute,
  changed_on: "2 号柜",
};

function waiting(conflicts: ConflictRow[], more: Answers = {}): void {
  core(status({ state: "synced", outbox_count: 0, oldest_at: null, conflicts: conflicts.length }), {
    "conflict.list": () => ({ count: conflicts.length, conflicts, deleted: [] }),
    "conflict.settle": ({ conflicts: some }) => ({
      settled: some.map(({ id }) => ({
        id,
        record: "1",
        customer: "1",
        field: "phone",
        value: 1,
        before: {},
      })),
    }),
    "conflict.unsettle": () => null,
    ...more,
  });
}

describe("what waits for a decision", () => {
  it("shows both values with the one before them, and settles with what was seen", async () => {
    waiting([conflict()]);
    await showAt(<Screen />);
    await hand.click(await screen.findByRole("button", { expanded: false }));
    const note = await screen.findByRole("note");
    expect(note).toHaveTextContent("手机有 2 个值");
    expect(note).toHaveTextContent("原来 138 0571 6688");
    expect(note).toHaveTextContent(/139 0000 1111.*现用.*林淑仪.*1 号柜/);
    expect(note).toHaveTextContent(/139 0000 2222.*陈晓.*本机/);
    await hand.click(screen.getByRole("button", { name: "换成我的" }));
    expect(asked).toHaveBeenCalledWith("conflict.settle", {
      conflicts: [{ id: "c1", as_of: "one" }],
      take: "mine",
    });
  });

  it("settles many at once after showing what each becomes", async () => {
    waiting([conflict(), birthday]);
    await showAt(<Screen />);
    await hand.click(await screen.findByRole("checkbox", { name: "全选 2 处" }));
    await hand.click(screen.getByRole("button", { name: "都换成另一个" }));
    const dialog = await screen.findByRole("dialog");
    expect(dialog).toHaveTextContent(/139 0000 1111\s*139 0000 2222/);
    expect(dialog).toHaveTextContent(/1991-09-23 公历\s*1990-08-15 农历/);
    expect(names()).not.toContain("conflict.settle");
    await hand.click(screen.getByRole("button", { name: "定下 2 处" }));
    // Where one's own value stands already, the other one is theirs.
    await waitFor(() =>
      expect(asked).toHaveBeenCalledWith("conflict.settle", {
        conflicts: [{ id: "c2", as_of: "two" }],
        take: "theirs",
      }),
    );
    expect(asked).toHaveBeenCalledWith("conflict.settle", {
      conflicts: [{ id: "c1", as_of: "one" }],
      take: "mine",
    });
  });

  it("brings back who was changed after the deletion, or leaves them deleted", async () => {
    waiting([], {
      "sync.status": () => status({ state: "synced", outbox_count: 0, oldest_at: null, conflicts: 1 }),
      "conflict.list": () => ({ count: 1, conflicts: [], deleted: [lost] }),
      "customer.restore": ({ id }) => ({ id }),
      "conflict.keep_deleted": () => null,
    });
    await showAt(<Screen />);
    expect(await screen.findByText(/备注 不知道/)).toBeInTheDocument();
    await hand.click(screen.getByRole("button", { name: "恢复" }));
    expect(asked).toHaveBeenCalledWith("customer.restore", { id: "9" });
    await hand.click(screen.getByRole("button", { name: "仍然删除" }));
    expect(asked).toHaveBeenCalledWith("conflict.keep_deleted", { customers: ["9"] });
  });

  it("is empty in one sentence", async () => {
    waiting([]);
    await showAt(<Screen />);
    await hand.click(await screen.findByText("等你定 0"));
    expect(await screen.findByText(/没有要定的/)).toBeInTheDocument();
  });

  it.each(["zh-CN", "zh-TW", "en"] as const)("shows axe nothing to complain of in %s", async (language) => {
    chooseLanguage(language);
    waiting([conflict({ others: [side(null, "王姐", false)] }), birthday], {
      "conflict.list": () => ({ count: 3, conflicts: [conflict(), birthday], deleted: [lost] }),
    });
    const { container } = await showAt(<Screen />);
    const [first] = await screen.findAllByRole("button", { expanded: false });
    if (first !== undefined) await hand.click(first);
    expect(await violations(container)).toEqual([]);
  });
});
