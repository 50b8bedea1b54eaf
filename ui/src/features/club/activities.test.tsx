import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type {
  ActivityPage,
  ActivityRow,
  ContributionRow,
  Replay,
  ReviewQueue,
  TookPart,
} from "../../bindings/app";
import type { ActivityPlace, ActivityTerms } from "../../bindings/nouns";
import { chooseLanguage } from "../../i18n/language";
import { violations } from "../../test/axe";
import { answer, asked } from "../../test/core";
import { showAt } from "../../test/place";
import { Screen } from "./screen";

vi.mock("../../host/call", () => import("../../test/core"));
vi.setConfig({ testTimeout: 30_000 });

const at = Date.UTC(2026, 10, 26, 4);

const activity = (id: string, name: string, terms: ActivityTerms): ActivityRow => ({
  id,
  activity: { name },
  terms,
  on: true,
  parts: 102,
  people: 101,
  refusal: null,
  taken: [],
  tickets: terms.kind === "draw" ? 4 : null,
});

const gift = activity("gift", "激活有礼", { kind: "activation", every: 100, gift: "茶壶" });
const draw = activity("draw", "季度抽签", { kind: "draw", every_months: 3 });

const took = (name: string, place: ActivityPlace | null, won: string | null = null): TookPart => ({
  id: name,
  customer: name,
  name,
  at,
  place,
  won,
  till: "一号机",
  person: "陈晓",
});

const pages: Record<"gift" | "draw", ActivityPage> = {
  gift: {
    row: gift,
    people: [
      took("王敏", { is: "counted", place: 100, wins: true }, "茶壶"),
      took("李雷", { is: "pending" }),
      took("赵云", { is: "again" }),
    ],
    lots: [],
  },
  draw: {
    row: draw,
    people: [took("王敏", null, "茶壶")],
    lots: [
      {
        id: "lot",
        till: "old",
        till_name: "旧机",
        till_gone: true,
        at,
        tickets: 6,
        drawn: 2,
        prizes: [{ name: "茶壶", count: 2, left: 1 }],
        seed: "0123456789abcdef",
        reclaimed: false,
      },
    ],
  },
};

const replay: Replay = {
  seed: "0123456789abcdef",
  prizes: [{ name: "茶壶", count: 2 }],
  fair: false,
  tickets: [
    { ticket: 0, won: "茶壶", drawn_at: at, name: "王敏", again: false },
    { ticket: 0, won: "茶壶", drawn_at: at, name: "李雷", again: true },
    { ticket: 1, won: null, drawn_at: null, name: null, again: false },
  ],
};

const said = (id: string, text: string): ContributionRow => ({
  id,
  activity: "写评价",
  customer: id,
  name: "王敏",
  text,
  amount: 10,
  at,
  person: null,
  verdict: null,
  verdict_why: null,
  reviewed_by: null,
  reviewed_at: null,
});

let queue: ReviewQueue;

beforeEach(() => {
  chooseLanguage("zh-CN");
  queue = { waiting: [], reviewed: [], mine: true };
  answer({
    "rules.show": () => ({
      terms: {
        fen_per_point: 100,
        multipliers: [],
        cap_per_day: null,
        cap_per_month: null,
        months_valid: null,
        worth_of_100: 100,
        referral: 0,
        coins_per_day: null,
      },
      since: null,
      versions: [],
      tiers: [{ name: "plain", from: 0 }],
      grace_days: 0,
      today: "2026-11-26",
      categories: [],
      mine: true,
    }),
    "activity.list": () => [gift, draw],
    "activity.show": ({ id }) => (id === "gift" ? pages.gift : pages.draw),
    "activity.undo": () => null,
    "draw.reclaim": () => ({ id: "next" }),
    "draw.replay": () => replay,
    "contribution.list": () => queue,
    "contribution.review": () => null,
  });
});

const sent = (name: string) => asked.mock.calls.filter(([one]) => one === name).map(([, what]) => what);

async function open(name?: string) {
  const drawn = await showAt(<Screen />);
  await userEvent.click(await screen.findByRole("button", { name: "活动" }));
  if (name !== undefined) await userEvent.click(await screen.findByRole("button", { name }));
  return drawn;
}

describe("activities", () => {
  it("r75 says who is the 100th, who is not confirmed and who does not count, and takes a slip back", async () => {
    const { container } = await open();
    expect(await screen.findByText("已 101 位，下一份礼在第 200 位")).toBeVisible();
    expect(await violations(container)).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "激活有礼" }));
    const people = await screen.findAllByTestId("tookpart");
    expect(people[0]).toHaveTextContent("第 100 位");
    expect(people[0]).toHaveTextContent("茶壶");
    expect(people[1]).toHaveTextContent("待确认");
    expect(people[2]).toHaveTextContent("不算");
    expect(await violations(container)).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "撤回：赵云" }));
    const ask = await screen.findByRole("tooltip");
    await userEvent.click(within(ask).getByRole("button", { name: /撤\s*回/ }));
    expect(sent("activity.undo")).toEqual([{ id: "赵云" }]);
  });

  it("r76 moves on what a lost till had, and lets anyone check the draw", async () => {
    const { container } = await open("季度抽签");
    expect(await screen.findByTestId("lot")).toHaveTextContent("剩 1 / 2");
    await userEvent.click(screen.getByRole("button", { name: "余下的转到本机" }));
    expect(sent("draw.reclaim")).toEqual([{ lot: "lot" }]);
    await userEvent.click(screen.getByRole("button", { name: /查\s*验/ }));
    expect(await screen.findByTestId("verdict")).toHaveTextContent("有签被抽了两次");
    expect(screen.getAllByTestId("ticket")[1]).toHaveTextContent("又抽一次");
    expect(await violations(container)).toEqual([]);
  });

  it("r83 reviews by keys, several at once, and turns down with a reason", async () => {
    queue.waiting = [said("one", "好茶"), said("two", "很香"), said("three", "广告")];
    await open();
    const first = await screen.findByRole("checkbox", { name: "勾选 王敏：好茶" });
    first.focus();
    await userEvent.keyboard(" j ");
    await userEvent.keyboard("a");
    expect(sent("contribution.review")).toEqual([{ ids: ["one", "two"], accept: true }]);
    screen.getByRole("checkbox", { name: "勾选 王敏：广告" }).focus();
    await userEvent.keyboard("r");
    await userEvent.type(screen.getByRole("textbox", { name: "为什么不通过" }), "是广告{Enter}");
    expect(sent("contribution.review")[1]).toEqual({ ids: ["three"], accept: false, why: "是广告" });
  });

  it("r83 keeps the queue from whoever may not decide", async () => {
    queue = { waiting: [said("one", "好茶")], reviewed: [], mine: false };
    await open();
    expect(await screen.findByRole("button", { name: "激活有礼" })).toBeVisible();
    expect(screen.queryByTestId("contribution")).toBeNull();
  });
});
