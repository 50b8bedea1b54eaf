import { act, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { HomeState, OutboxRow, SyncStatus } from "../../bindings/app";
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
  version: "0",
};

function status(more: Partial<SyncStatus> = {}): SyncStatus {
  return {
    state: "offline",
    enrolled: true,
    server: "https://192.168.1.20:4810",
    outbox_count: 2,
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
