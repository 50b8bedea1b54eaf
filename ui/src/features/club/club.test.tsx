import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Club, HouseRules, RewardRow } from "../../bindings/app";
import { chooseLanguage } from "../../i18n/language";
import { violations } from "../../test/axe";
import { answer, asked } from "../../test/core";
import { showAt } from "../../test/place";
import { Screen } from "./screen";

vi.mock("../../host/call", () => import("../../test/core"));
vi.setConfig({ testTimeout: 30_000 });

const terms = {
  fen_per_point: 100,
  multipliers: [],
  cap_per_day: null,
  cap_per_month: null,
  months_valid: null,
  worth_of_100: 100,
  referral: 0,
  coins_per_day: null,
};

const rules: HouseRules = {
  terms,
  since: null,
  versions: [],
  tiers: [
    { name: "plain", from: 0 },
    { name: "gold", from: 200_000, rights: ["vip_gift"] },
  ],
  grace_days: 0,
  today: "2026-11-26",
  categories: ["绿茶"],
  mine: true,
};

const club: Club = {
  tiers: rules.tiers.map((tier, at) => ({ tier, members: 3 - at })),
  points: 3200,
  coins: 40,
  holders: 5,
  liability: 3200,
  worth_of_100: 100,
  lapses: [],
  exceptions: [
    {
      customer: "wang",
      name: "王敏",
      points: -70,
      coins: 0,
      effect: 70,
      redemptions: [
        { redemption: "given", reward: "茶包", at: Date.now(), points: 100, coins: 0, person: "陈晓" },
      ],
    },
  ],
  coupons_twice: [
    { coupon: "生日券", customer: "wang", name: "王敏", times: 2, effect: 2000, at: Date.now() },
  ],
  approvals_waiting: 2,
  reviews_waiting: 1,
};

const bag: RewardRow = { id: "bag", reward: { name: "茶包", points: 100 }, offered: true, refusal: null };

beforeEach(() => {
  chooseLanguage("zh-CN");
  answer({
    "club.show": () => club,
    "rules.show": () => rules,
    "rules.preview": ({ terms: tried }) => ({
      points: Math.floor(32_850 / tried.fen_per_point),
      points_now: 328,
    }),
    "rules.set": () => ({ id: "rule" }),
    "reward.list": () => [bag],
    "reward.add": () => ({ id: "new" }),
    "reward.undo": () => ({ points: 30, coins: 0, expiring: null, entries: [] }),
  });
});

const sent = (name: string) => asked.mock.calls.filter(([one]) => one === name).map(([, what]) => what);

describe("the club", () => {
  it("r77 shows what two tills gave apart, what it costs, and takes one back", async () => {
    const { container } = await showAt(<Screen />);
    const exception = await screen.findByTestId("exception");
    expect(exception).toHaveTextContent("欠 70 分");
    expect(exception).toHaveTextContent("¥0.70");
    expect(screen.getByTestId("outstanding")).toHaveTextContent("3,200");
    expect(await violations(container)).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "撤回这次兑换" }));
    expect(sent("reward.undo")).toEqual([{ redemption: "given" }]);
  });

  it("r41 shows a coupon that tills apart took twice, what it cost, and what waits", async () => {
    const { address } = await showAt(<Screen />);
    const twice = await screen.findByTestId("coupon-twice");
    expect(twice).toHaveTextContent("用了 2 次");
    expect(twice).toHaveTextContent("多让了 ¥20");
    expect(screen.getByTestId("waiting")).toHaveTextContent("2 件等批准");
    expect(screen.getByRole("button", { name: "1 件投稿等审" })).toBeEnabled();
    await userEvent.click(within(twice).getByRole("button", { name: "打开档案" }));
    expect(address()).toBe("/customers/wang");
  });

  it("r81 tries a rule before it is set", async () => {
    await showAt(<Screen />);
    await userEvent.click(await screen.findByRole("button", { name: "积分规则" }));
    expect(await screen.findByTestId("tried")).toHaveTextContent("328");
    const save = screen.getByRole("button", { name: "定下这一版" });
    expect(save).toBeDisabled();
    const rate = screen.getByRole("spinbutton", { name: "每多少元得 1 分" });
    await userEvent.clear(rate);
    await userEvent.type(rate, "2{Tab}");
    await waitFor(() => expect(screen.getByTestId("tried")).toHaveTextContent("164"));
    await userEvent.click(save);
    expect(sent("rules.set")).toEqual([{ terms: { ...terms, fen_per_point: 200 }, since: "2026-11-26" }]);
  });

  it("r53 r78 gives points for an introduction and keeps coins a day within a limit", async () => {
    await showAt(<Screen />);
    await userEvent.click(await screen.findByRole("button", { name: "积分规则" }));
    const referral = await screen.findByRole("spinbutton", { name: "介绍一位得多少分" });
    await userEvent.clear(referral);
    await userEvent.type(referral, "50{Tab}");
    await userEvent.type(screen.getByRole("spinbutton", { name: "每人每天最多几个欧圆" }), "3{Tab}");
    await userEvent.click(screen.getByRole("button", { name: "定下这一版" }));
    expect(sent("rules.set")).toEqual([
      { terms: { ...terms, referral: 50, coins_per_day: 3 }, since: "2026-11-26" },
    ]);
  });

  it("adds a reward with what was said and nothing else", async () => {
    await showAt(<Screen />);
    await userEvent.click(await screen.findByRole("button", { name: "礼" }));
    await userEvent.click(await screen.findByRole("button", { name: "加一份礼" }));
    await userEvent.type(screen.getByLabelText("名称"), "贵宾礼");
    await userEvent.click(screen.getByRole("button", { name: "保存" }));
    expect(sent("reward.add")).toEqual([{ reward: { name: "贵宾礼" } }]);
  });

  it("r6 proposes a birthday coupon, and says a new one's rule while it is written", async () => {
    answer({
      "rules.show": () => rules,
      "coupon.list": () => [],
      "coupon.add": () => ({ id: "coupon" }),
    });
    const { container } = await showAt(<Screen />);
    await userEvent.click(await screen.findByRole("button", { name: "券" }));
    await userEvent.click(await screen.findByRole("button", { name: /加一张生日券/ }));
    expect(sent("coupon.add")).toEqual([
      {
        coupon: {
          name: "生日券",
          kind: "birthday",
          off: 5_000,
          from_total: 20_000,
          lead_days: 7,
          valid_days: 30,
        },
      },
    ]);
    await userEvent.click(screen.getByRole("button", { name: "加一张券" }));
    await userEvent.click(screen.getByRole("radio", { name: "过生日的会员" }));
    await userEvent.type(screen.getByRole("spinbutton", { name: "减的金额" }), "50{Tab}");
    await userEvent.type(screen.getByRole("spinbutton", { name: "至少买满" }), "200{Tab}");
    expect(screen.getByTestId("coupon-rule")).toHaveTextContent(
      "生日前 7 天到后 30 天，满 ¥200 减 ¥50，每年一次",
    );
    expect(await violations(container)).toEqual([]);
  });
});
