import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type {
  ActivityRow,
  ApprovalRow,
  CouponRow,
  CustomerFile,
  HomeState,
  Quote,
  TookPart,
} from "../../bindings/app";
import { Failure } from "../../host/failure";
import { chooseLanguage } from "../../i18n/language";
import { guardComposition } from "../../shell/composition";
import { listenForKeys } from "../../shell/hotkeys";
import { violations } from "../../test/axe";
import type { Answers } from "../../test/core";
import { announce, answer, asked } from "../../test/core";
import { Following } from "../../test/follow";
import { showAt } from "../../test/place";
import { nothingKept, readKept } from "./kept";
import { mostByPoints, pointsFor } from "./PointsTender";
import { Screen } from "./screen";

vi.mock("../../host/call", () => import("../../test/core"));
// Whole stories, key by key, also where other work keeps the machine busy.
vi.setConfig({ testTimeout: 30_000 });

const zhang: CustomerFile = {
  id: "zhang",
  customer: { name: "张丽华", phone: "+8613805716688" },
  away: false,
  masked: [],
  own_fields: {},
  reading: [],
  totals: {
    sales: 4,
    units: 9000,
    spent: 470_000,
    spent_12_months: 470_000,
    first_sale_at: 0,
    last_sale_at: null,
  },
  standing: { tier: "gold", next: null, gap: null },
  points: 2480,
  expiring: null,
  coins: 0,
  tags: [],
  owner_name: null,
  referrer_name: null,
  store_name: null,
  latest_sales: [],
  deleted: false,
  waiting: false,
};

const home: HomeState = {
  phase: "ready",
  workspace: { id: "w", name: "云栖茶铺" },
  store: null,
  device: { id: "till", name: "2 号柜" },
  person: { id: "chen", name: "陈晓", role: "counter" },
  currency: "CNY",
  time_zone: "Asia/Shanghai",
  demo: false,
  recovery_saved: true,
  enrolled: false,
  guarded: true,
  version: "0",
};

const needed = { code: "approval.needed", params: { matter: "discount", amount: 20_100, allowed: 20_000 } };

const birthday: CouponRow = {
  id: "birthday",
  coupon: { name: "生日礼", kind: "birthday", off: 5000 },
  offered: true,
  refusal: null,
  until: "2026-12-26",
  off: 5000,
  times: 0,
  amount: 0,
};

const asking: ApprovalRow = {
  id: "leave",
  matter: "discount",
  amount: 20_100,
  allowed: 20_000,
  customer: "zhang",
  customer_name: "张丽华",
  why: null,
  asked_by: "陈晓",
  asked_at: 0,
  till: "2 号柜",
  verdict: null,
  decided_by: null,
  decided_at: null,
  used: false,
};

const taken = (more: Partial<TookPart>): TookPart => ({
  id: "part",
  customer: "zhang",
  name: "张丽华",
  at: Date.now(),
  place: null,
  won: null,
  till: null,
  person: null,
  ...more,
});

function activity(id: string, name: string, terms: ActivityRow["terms"]): ActivityRow {
  return {
    id,
    activity: { name },
    terms,
    on: true,
    parts: 0,
    people: 0,
    refusal: null,
    taken: [],
    tickets: 9,
  };
}

/** A sale for 张丽华 of ¥1,000, with so much off. */
function draft(off: number) {
  const line = { key: "k", name: "礼盒", quantity: 1000, price: 100_000 };
  return {
    customer: { id: "zhang", name: "张丽华" },
    lines: [off === 0 ? line : { ...line, off: { kind: "amount", fen: off } }],
  };
}

function till(off: number, more: Answers = {}): void {
  const quote = (total: number, coupon: boolean): Quote => ({
    number: "1126-001",
    list_total: 100_000,
    total: total - (coupon ? 5000 : 0),
    points: 0,
    member_prices: [],
    below_floor: null,
    coupon_off: coupon ? 5000 : 0,
    coupon_refusal: null,
    discount: off,
    approval: off > 20_000 ? needed : null,
    worth_of_100: 100,
    standing: null,
    standing_after: null,
    spent_12_months_after: null,
  });
  answer({
    "home.state": () => home,
    "screen.recall": () => ({ kept: { draft: draft(off), held: [], tender: "cash" } }),
    "screen.keep": () => null,
    "customer.recent": () => [],
    "customer.search": () => ({ took_us: 1, more: false, hits: [] }),
    "customer.show": () => zhang,
    "limits.show": () => ({
      roles: { counter: { discount: 20_000 } },
      tills: [],
      mine: false,
      tills_mine: false,
    }),
    "coupon.list": () => [birthday],
    "activity.list": () => [],
    "approval.approvers": () => [
      { id: "shen", name: "沈店长" },
      { id: "boss", name: "店主" },
    ],
    "approval.list": () => ({ waiting: [], decided: [], mine: false }),
    "sale.quote": ({ lines, coupon }) => quote(lines[0]?.amount ?? 0, coupon !== undefined),
    "sale.add": ({ consent }) => {
      if (off > 20_000 && consent === undefined) throw new Failure(needed.code, needed.params);
      if (consent?.by === "pin" && consent.pin !== "1379") throw new Failure("pin.wrong");
      return { id: "sale", number: "1126-001", total_fen: 0, points: 0, balance: null };
    },
    ...more,
  });
}

let stop: (() => void)[] = [];
beforeEach(() => {
  Element.prototype.scrollIntoView = () => undefined;
  stop = [guardComposition(globalThis.window), listenForKeys(globalThis.window)];
  chooseLanguage("zh-CN");
});
afterEach(() => stop.forEach((one) => one()));

const hand = userEvent.setup({ delay: 40 });

async function opened() {
  const drawn = await showAt(
    <Following>
      <Screen />
    </Following>,
  );
  await screen.findByTestId("attached");
  await screen.findByTestId("customer-card");
  return drawn;
}

const made = (name: string) => asked.mock.calls.filter(([one]) => one === name).map(([, request]) => request);

describe("a coupon in a sale", () => {
  it("r6 says that it is there, is taken by its key and a digit, and comes off what is due", async () => {
    till(0);
    const { container } = await opened();
    expect(await screen.findByTestId("coupon-offer")).toHaveTextContent("生日礼 −¥50");
    await hand.keyboard("{F7}");
    expect(await screen.findByTestId("coupons")).toHaveTextContent("用到 12-26");
    expect(await violations(container)).toEqual([]);
    await hand.keyboard("1");
    expect(await screen.findByTestId("coupon-line")).toHaveTextContent("−50.00");
    await waitFor(() => expect(screen.getByTestId("sale-total")).toHaveTextContent("¥950.00"));
    await hand.click(screen.getByRole("button", { name: "取下“生日礼”" }));
    await waitFor(() => expect(screen.getByTestId("sale-total")).toHaveTextContent("¥1,000.00"));
    await hand.click(await screen.findByRole("button", { name: "用“生日礼”" }));
    await waitFor(() => expect(screen.getByTestId("sale-total")).toHaveTextContent("¥950.00"));
    await hand.keyboard("{F9}{F9}");
    await waitFor(() =>
      expect(made("sale.add")).toMatchObject([
        { coupon: "birthday", tenders: [{ kind: "cash", amount: 95_000 }] },
      ]),
    );
  });

  it("r6 is not taken where it is refused, and says what is missing", async () => {
    const refusal = { code: "coupon.total_short", params: { missing: 13_150, least: 0 } };
    till(0, { "coupon.list": () => [{ ...birthday, refusal }] });
    await opened();
    const offer = await screen.findByTestId("coupon-offer");
    expect(offer).toHaveTextContent("还差 ¥131.50 可用");
    expect(within(offer).getByRole("button", { name: "用“生日礼”" })).toBeDisabled();
    await hand.keyboard("{F7}");
    await screen.findByTestId("coupons");
    await hand.keyboard("1");
    expect(screen.queryByTestId("coupon-line")).toBeNull();
  });

  it("r6 goes with the customer it belongs to", () => {
    const kept = readKept({ draft: { ...draft(0), coupon: { id: "birthday", name: "生日礼" } } });
    expect(kept.draft.coupon).toEqual({ id: "birthday", name: "生日礼" });
    expect(readKept({ draft: draft(0) }).draft).not.toHaveProperty("coupon");
    expect(nothingKept.draft).not.toHaveProperty("approval");
  });
});

describe("beyond a limit", () => {
  it("r41 says so before money is asked for, and F6 shows one's own limit", async () => {
    till(20_100);
    await opened();
    expect(await screen.findByText("让价 ¥201，超过你的 ¥200")).toBeInTheDocument();
    await hand.keyboard("{F6}");
    await hand.clear(screen.getByRole("textbox", { name: "让价" }));
    expect(await screen.findByText("这一单你最多让 ¥200")).toBeInTheDocument();
  });

  it("r41 a manager's PIN on the spot lets it through; a wrong one is said in the dialog", async () => {
    till(20_100);
    await opened();
    await screen.findByTestId("ask-leave");
    await hand.keyboard("{F9}{F9}");
    const form = await screen.findByTestId("leave-form");
    expect(form).toHaveTextContent("让价 ¥201，超过你的 ¥200");
    await waitFor(() => expect(within(form).getByTestId("pin")).toHaveFocus());
    await hand.keyboard("1111{Enter}");
    expect(await within(form).findByText("PIN 不对。")).toBeInTheDocument();
    await waitFor(() => expect(within(form).getByTestId("pin")).toHaveFocus());
    await hand.keyboard("1379{Enter}");
    await waitFor(() => expect(screen.queryByTestId("leave-form")).toBeNull());
    expect(made("sale.add").at(-1)).toMatchObject({ consent: { by: "pin", person: "shen", pin: "1379" } });
  });

  it("r41 a question that is sent holds the sale, and goes on with the leave once it is given", async () => {
    let verdict: "given" | null = null;
    till(20_100, {
      "approval.ask": () => ({ id: "leave" }),
      "approval.show": () => ({ ...asking, verdict, decided_by: verdict === null ? null : "沈店长" }),
    });
    await opened();
    await hand.click(await screen.findByTestId("ask-leave"));
    await waitFor(() => expect(screen.queryByTestId("attached")).toBeNull());
    expect(made("approval.ask")).toEqual([{ matter: "discount", amount: 20_100, customer: "zhang" }]);
    await hand.keyboard("{F8}");
    expect(await screen.findByTestId("held-row")).toHaveTextContent("待批");
    await hand.keyboard("{Escape}");
    verdict = "given";
    announce("touched", ["approval"]);
    expect(await screen.findByText("张丽华的单批了，可以收款")).toBeInTheDocument();
    await hand.click(screen.getByRole("button", { name: "取单" }));
    expect(await screen.findByText("沈店长批了，最多让 ¥201")).toBeInTheDocument();
    await hand.keyboard("{F9}{F9}");
    await waitFor(() =>
      expect(made("sale.add")).toMatchObject([{ consent: { by: "approval", id: "leave" } }]),
    );
  });

  it("r41 the dialog has no accessibility violations", async () => {
    till(20_100);
    await opened();
    await screen.findByTestId("ask-leave");
    await hand.keyboard("{F9}{F9}");
    await screen.findByTestId("leave-form");
    expect(await violations(document.body)).toEqual([]);
  });
});

describe("paying with points", () => {
  it("is at most what they have, and as many points as it takes", () => {
    expect(mostByPoints(100_000, { balance: 2480, worth: 100 })).toBe(2480);
    expect(mostByPoints(1000, { balance: 2480, worth: 100 })).toBe(1000);
    expect(mostByPoints(1000, { balance: 2480, worth: 0 })).toBe(0);
    expect(pointsFor(2480, 100)).toBe(2480);
    expect(pointsFor(1, 300)).toBe(1);
  });

  it("F4 takes a part off, and the rest is paid as it is chosen", async () => {
    till(0);
    await opened();
    await hand.keyboard("{F9}");
    expect(await screen.findByTestId("points-tender")).toHaveTextContent("用 2,480 分，有 2,480 分");
    await hand.keyboard("{F4}");
    expect(await screen.findByText(/^还要收/)).toBeInTheDocument();
    await hand.keyboard("2{Enter}");
    await waitFor(() =>
      expect(made("sale.add")).toMatchObject([
        {
          tenders: [
            { kind: "points", amount: 2480 },
            { kind: "card", amount: 97_520 },
          ],
        },
      ]),
    );
  });

  it("refuses a sum beyond the balance in the field", async () => {
    till(0);
    await opened();
    await hand.keyboard("{F9}");
    await screen.findByTestId("points-tender");
    await hand.keyboard("{F4}");
    await hand.type(await screen.findByRole("textbox", { name: "抵多少" }), "30");
    expect(screen.getByTestId("pay-confirm")).toBeDisabled();
    expect(screen.getByText("最多抵 ¥24.80")).toBeInTheDocument();
  });
});

describe("activities for a member by the phone alone", () => {
  const rows = [
    activity("book", "新茶预订", { kind: "activation", every: 100, gift: "公道杯" }),
    activity("draw", "周年抽奖", { kind: "draw", every_months: 3 }),
    activity("try", "试饮装", { kind: "trial", units: 2 }),
    activity("essay", "喝茶心得", { kind: "coins", amount: 10, reviewed: true }),
    {
      ...activity("gold", "金卡茶会", { kind: "trial", units: 2 }),
      refusal: { code: "activity.tier_missing", params: { tier: "platinum", has: "gold" } },
    },
  ];

  function club(more: Answers = {}) {
    till(0, { "activity.list": () => rows, ...more });
  }

  it("r82 one key opens them and one takes part; what came of it is said at once", async () => {
    club({
      "activity.join": ({ activity: which }) => {
        if (which === "book") {
          return taken({ place: { is: "counted", place: 100, wins: true }, won: "公道杯" });
        }
        if (which === "draw") return taken({ won: "老寿眉一饼" });
        return taken({ place: { is: "waiting", place: 3 } });
      },
    });
    const { container } = await opened();
    await screen.findByTestId("activities-open");
    await hand.keyboard("{F5}");
    const list = await screen.findByTestId("activities");
    expect(await within(list).findByText("要铂金")).toBeInTheDocument();
    await hand.keyboard("1");
    expect(await within(list).findByText("第 100 位，送公道杯")).toBeInTheDocument();
    await hand.keyboard("2");
    expect(await within(list).findByText("抽中老寿眉一饼")).toBeInTheDocument();
    await hand.keyboard("3");
    expect(await within(list).findByText("候补第 3 位")).toBeInTheDocument();
    // Once is once, and who may not is not asked about.
    await hand.keyboard("125");
    expect(made("activity.join")).toEqual(
      ["book", "draw", "try"].map((one) => ({ activity: one, customer: "zhang" })),
    );
    expect(await violations(container)).toEqual([]);
  });

  it("r74 a place that the shared order has not decided is 待确认", async () => {
    club({ "activity.join": () => taken({ place: { is: "pending" } }) });
    await opened();
    await screen.findByTestId("activities-open");
    await hand.keyboard("{F5}");
    const list = await screen.findByTestId("activities");
    await within(list).findByText("要铂金");
    await hand.keyboard("1");
    expect(await within(list).findByText("待确认")).toBeInTheDocument();
  });

  it("r78 what is looked at first is written down, digits and all, and a repetition is refused", async () => {
    let times = 0;
    club({
      "contribution.add": () => {
        times += 1;
        if (times === 1) throw new Failure("activity.repeated");
        return {
          id: "c",
          coins: 0,
          waits: true,
          balances: { points: 0, coins: 0, expiring: null, entries: [] },
        };
      },
    });
    await opened();
    await screen.findByTestId("activities-open");
    await hand.keyboard("{F5}");
    const list = await screen.findByTestId("activities");
    await within(list).findByText("要铂金");
    await hand.keyboard("4");
    await hand.keyboard("喝了 3 泡{Enter}");
    expect(await within(list).findByText(/这段话以前写过/)).toBeInTheDocument();
    await hand.keyboard("，很香{Enter}");
    expect(await within(list).findByText("已记下，等店长看过")).toBeInTheDocument();
    expect(made("contribution.add").at(-1)).toEqual({
      activity: "essay",
      customer: "zhang",
      text: "喝了 3 泡，很香",
    });
    await waitFor(() => expect(list).toHaveFocus());
  });
});
