import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CustomerFile, Hit, HomeState, LineInput, ProductRow } from "../../bindings/app";
import type { Answers } from "../../test/core";
import { Failure } from "../../host/failure";
import { chooseLanguage } from "../../i18n/language";
import { guardComposition } from "../../shell/composition";
import { listenForKeys } from "../../shell/hotkeys";
import { listenForScans } from "../../shell/scanner";
import { violations } from "../../test/axe";
import { answer, asked } from "../../test/core";
import { showAt } from "../../test/place";
import { Screen } from "./screen";

vi.mock("../../host/call", () => import("../../test/core"));
// Whole stories, key by key, also where other work keeps the machine busy.
vi.setConfig({ testTimeout: 30_000 });

const people: Record<string, { name: string; phone: string; member: string; taboo?: string }> = {
  zhang: { name: "张丽华", phone: "+8613805716688", member: "00312207", taboo: "花粉过敏" },
  zhou: { name: "周莉萍", phone: "+8615967127788", member: "00312208" },
};

const tea: ProductRow = {
  id: "tea",
  sku: "T-50",
  name: "西湖龙井 50 g",
  unit: null,
  price: 12_800,
  floor_price: 11_000,
  barcode: "6901234567892",
  category: "绿茶",
};

function hit(id: string): Hit {
  const one = people[id] ?? { name: id, phone: "", member: "" };
  return {
    id,
    name: one.name,
    reading: [],
    tier: "gold",
    contact: one.phone,
    contact_field: "phone",
    phone: one.phone,
    why: ["phone_tail"],
    marks: [],
    last_sale_at: null,
  };
}

function file(id: string): CustomerFile {
  const one = people[id];
  return {
    id,
    customer: {
      name: one?.name ?? "",
      phone: one?.phone ?? "",
      ...(one?.taboo === undefined ? {} : { taboo: one.taboo }),
    },
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
      last_sale_at: Date.now(),
    },
    standing: { tier: "gold", next: "platinum", gap: 30_000 },
    points: 2480,
    expiring: { points: 300, at: Date.now() + 10 * 86_400_000 },
    coins: 0,
    tags: ["送礼"],
    owner_name: null,
    referrer_name: null,
    store_name: null,
    latest_sales: [],
    deleted: false,
    waiting: false,
  };
}

const home: HomeState = {
  phase: "ready",
  workspace: { id: "w", name: "云栖茶铺" },
  store: null,
  device: null,
  person: null,
  currency: "CNY",
  time_zone: "Asia/Shanghai",
  demo: false,
  recovery_saved: true,
  enrolled: false,
  guarded: false,
  version: "0",
};

const sum = (lines: readonly LineInput[]) => lines.reduce((all, line) => all + line.amount, 0);

/** A shop that remembers what it is told, so that a sale shows on its receipt. */
function shop(more: Answers = {}): void {
  let remembered: unknown = null;
  let sold: LineInput[] = [];
  answer({
    "home.state": () => home,
    "screen.recall": () => ({ kept: remembered }),
    "screen.keep": ({ kept }) => {
      remembered = kept;
      return null;
    },
    "customer.search": ({ text }) => ({
      took_us: 1,
      more: false,
      hits: Object.entries(people)
        .filter(([, one]) => one.name.includes(text) || one.phone.includes(text) || one.member === text)
        .map(([id, one]) =>
          one.member === text ? { ...hit(id), contact: one.member, contact_field: "member_no" } : hit(id),
        ),
    }),
    "customer.recent": () => [
      { id: "zhou", name: "周莉萍", tier: "plain", at: Date.now(), kind: "sale", amount: 18_600, text: null },
    ],
    "customer.show": ({ id }) => file(id),
    "customer.by_phone": ({ phone }) => ({ phone, customers: phone.endsWith("6688") ? ["zhang"] : [] }),
    "customer.add": ({ customer }) => {
      people["new"] = { name: customer.name ?? "", phone: customer.phone ?? "", member: "" };
      return { id: "new" };
    },
    "product.search": ({ text }) => (tea.name.includes(text) ? [tea] : []),
    "product.by_code": ({ code }) => (code === tea.barcode || code === tea.sku ? tea : null),
    "product.member_prices": () => [],
    "reward.list": () => [
      { id: "bag", reward: { name: "茶包", points: 100 }, offered: true, refusal: null },
      {
        id: "course",
        reward: { name: "茶席课", points: 2000, coins: 50 },
        offered: true,
        refusal: { code: "reward.coins_short", params: { points: 0, coins: 10 } },
      },
    ],
    "reward.redeem": () => ({
      redemption: "given",
      reward: "茶包",
      balances: { points: 2380, coins: 40, expiring: null, entries: [] },
    }),
    "reward.undo": () => ({ points: 2480, coins: 40, expiring: null, entries: [] }),
    "sale.quote": ({ lines, customer }) => ({
      number: "1121-001",
      list_total: sum(lines),
      member_prices: [],
      below_floor: null,
      coupon_off: 0,
      coupon_refusal: null,
      discount: 0,
      approval: null,
      worth_of_100: 100,
      total: sum(lines),
      points: Math.floor(sum(lines) / 100),
      standing: customer === undefined ? null : { tier: "gold", next: "platinum", gap: 30_000 },
      standing_after:
        customer === undefined ? null : { tier: "gold", next: "platinum", gap: 30_000 - sum(lines) },
      spent_12_months_after: customer === undefined ? null : 470_000 + sum(lines),
    }),
    "sale.add": ({ lines }) => {
      sold = lines;
      return { id: "sale", number: "1121-001", total_fen: sum(lines), points: 128, balance: 2608 };
    },
    "sale.show": () => ({
      id: "sale",
      number: "1121-001",
      sold_at: Date.now(),
      workspace: "云栖茶铺",
      store: null,
      device: null,
      person: "陈晓",
      customer: "zhang",
      customer_name: "张丽华",
      customer_away: false,
      lines: sold.map((line) => ({
        product: null,
        sku: null,
        name: line.name ?? "",
        quantity: line.quantity,
        amount: line.amount,
        list_price: null,
      })),
      total: sum(sold),
      refunded: 0,
      refund_of: null,
      tenders: [{ kind: "cash", amount: sum(sold) }],
      coupon: null,
      points: 128,
      balance: 2608,
      expiring: null,
      standing: null,
      waiting: true,
    }),
    ...more,
  });
}

let stop: (() => void)[] = [];
beforeEach(() => {
  Element.prototype.scrollIntoView = () => undefined;
  stop = [
    listenForScans(globalThis.window),
    guardComposition(globalThis.window),
    listenForKeys(globalThis.window),
  ];
  delete people["new"];
  chooseLanguage("zh-CN");
  shop();
});
afterEach(() => stop.forEach((one) => one()));

/** A hand: slower than a scanner. */
const hand = userEvent.setup({ delay: 40 });
let clock = 0;

/** A scanner: a key each 5 ms, however long drawing takes here, and Enter at the end. */
function scan(code: string): void {
  clock += 10_000;
  for (const key of [...code, "Enter"]) {
    clock += 5;
    const place = document.activeElement ?? document.body;
    const down = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
    Object.defineProperty(down, "timeStamp", { value: clock });
    const typed = fireEvent(place, down);
    if (typed && key.length === 1 && place instanceof HTMLInputElement) {
      const whole = place.selectionStart === 0 && place.selectionEnd === place.value.length;
      fireEvent.change(place, { target: { value: (whole ? "" : place.value) + key } });
    }
  }
}

async function opened() {
  const drawn = await showAt(<Screen />);
  const box = await screen.findByTestId("search-box");
  await waitFor(() => expect(box).toHaveFocus());
  return { ...drawn, box };
}

const sales = () => asked.mock.calls.filter(([name]) => name === "sale.add").map(([, request]) => request);

describe("beside what is typed or scanned", () => {
  it("is Enter, F9, Enter", async () => {
    const { box } = await opened();
    await hand.keyboard("6688");
    await screen.findAllByTestId("hit");
    await hand.keyboard("{Enter}");
    expect(await screen.findByTestId("attached")).toHaveTextContent("张丽华");
    expect(box).toHaveFocus();
    scan("6901234567892");
    expect(await screen.findByTestId("sale-line")).toHaveTextContent("西湖龙井");
    expect(box).toHaveValue("6688");
    expect(screen.getByTestId("sale-total")).toHaveTextContent("¥128.00");
    await hand.keyboard("{F9}");
    await hand.keyboard("{Enter}");
    const receipt = await screen.findByTestId("receipt");
    expect(receipt).toHaveTextContent("¥128.00");
    expect(sales()).toEqual([
      {
        customer: "zhang",
        lines: [
          {
            product: "tea",
            sku: "T-50",
            name: "西湖龙井 50 g",
            quantity: 1000,
            amount: 12_800,
            list_price: 12_800,
          },
        ],
        tenders: [{ kind: "cash", amount: 12_800 }],
      },
    ]);
    await hand.keyboard("{Enter}");
    await waitFor(() => expect(screen.queryByTestId("receipt")).toBeNull());
    expect(screen.queryByTestId("attached")).toBeNull();
    expect(screen.getByTestId("search-box")).toHaveFocus();
    expect(screen.getByTestId("search-box")).toHaveValue("");
  });

  it("means the text as it stands, even where its answer is still to come", async () => {
    await opened();
    await hand.keyboard("6688");
    await screen.findAllByTestId("hit");
    await hand.keyboard("{Backspace}{Backspace}{Backspace}{Backspace}");
    // No pause between the last key and Enter; three keys are no scan.
    scan("778");
    expect(await screen.findByTestId("attached")).toHaveTextContent("周莉萍");
  });

  it("a member's card that is scanned attaches the member", async () => {
    await opened();
    scan("00312208");
    expect(await screen.findByTestId("attached")).toHaveTextContent("周莉萍");
    expect(screen.getByTestId("search-box")).toHaveValue("");
  });

  it("fast typing that is no code is typing", async () => {
    await opened();
    scan("8613805716688");
    expect(await screen.findByTestId("attached")).toHaveTextContent("张丽华");
    expect(screen.getByTestId("search-box")).toHaveValue("8613805716688");
  });

  it("sells without a customer", async () => {
    await opened();
    scan("6901234567892");
    await screen.findByTestId("sale-line");
    await hand.keyboard("{F9}{F9}");
    await screen.findByTestId("receipt");
    expect(sales()).toMatchObject([{ tenders: [{ kind: "cash" }] }]);
    expect(sales()[0]).not.toHaveProperty("customer");
  });
});

describe("while an input method composes", () => {
  it("nothing fires: no choice, no search, no payment", async () => {
    const { box } = await opened();
    fireEvent.compositionStart(box);
    fireEvent.change(box, { target: { value: "zhang" } });
    asked.mockClear();
    for (const key of ["Enter", "F9", "ArrowDown", "Escape"]) {
      fireEvent.keyDown(box, { key: "Process", code: key, keyCode: 229, isComposing: true });
      fireEvent.keyDown(box, { key, code: key, keyCode: 229 });
    }
    await act(() => Promise.resolve());
    expect(asked).not.toHaveBeenCalled();
    expect(screen.queryByTestId("attached")).toBeNull();
    expect(box).toHaveValue("zhang");
    fireEvent.change(box, { target: { value: "张" } });
    fireEvent.compositionEnd(box, { data: "张" });
    // WebKit sends the Enter that ended the composition afterwards, as 229.
    fireEvent.keyDown(box, { key: "Enter", code: "Enter", keyCode: 229 });
    expect(await screen.findByTestId("hit")).toHaveTextContent("张丽华");
    expect(screen.queryByTestId("attached")).toBeNull();
  });
});

describe("the club at the counter", () => {
  const redeemed = () =>
    asked.mock.calls.filter(([name]) => name === "reward.redeem").map(([, what]) => what);

  it("r77 gives a reward in two keys, and takes it back in one touch", async () => {
    await opened();
    await hand.keyboard("6688");
    await screen.findAllByTestId("hit");
    expect(await screen.findByTestId("expiring")).toHaveTextContent("300 分");
    await hand.keyboard("{F4}");
    expect(await screen.findByTestId("redeem")).toHaveTextContent("还差 10 欧圆");
    await hand.keyboard("2");
    expect(redeemed()).toEqual([]);
    await hand.keyboard("1");
    await waitFor(() => expect(redeemed()).toEqual([{ customer: "zhang", reward: "bag" }]));
    await waitFor(() => expect(screen.queryByTestId("redeem")).toBeNull());
  });

  it("r7 sells at the member's price once the member is on the sale", async () => {
    shop({ "product.member_prices": () => [{ product: "tea", price: 11_500 }] });
    await opened();
    scan("6901234567892");
    await screen.findByTestId("sale-line");
    expect(screen.getByTestId("sale-total")).toHaveTextContent("¥128.00");
    scan("00312208");
    await screen.findByTestId("attached");
    await waitFor(() => expect(screen.getByTestId("sale-total")).toHaveTextContent("¥115.00"));
    expect(screen.getByTestId("sale-line")).toHaveTextContent("会员价");
    await hand.keyboard("{F9}{F9}");
    await screen.findByTestId("receipt");
    expect(sales()).toMatchObject([{ lines: [{ amount: 11_500, list_price: 12_800 }] }]);
  });
});

describe("keys", () => {
  it("the card follows the choice at once, into those served lately", async () => {
    await opened();
    await hand.keyboard("6688{ArrowDown}");
    await waitFor(() => expect(screen.getByTestId("customer-card")).toHaveAttribute("data-id", "zhou"));
    await hand.keyboard("{ArrowUp}");
    await waitFor(() => expect(screen.getByTestId("customer-card")).toHaveTextContent("花粉过敏"));
  });

  it("Esc clears, leaves the field, then detaches, asking once where goods are on the sale", async () => {
    const { box } = await opened();
    await hand.keyboard("6688{Enter}");
    await screen.findByTestId("attached");
    scan("6901234567892");
    await screen.findByTestId("sale-line");
    await hand.keyboard("{Escape}");
    expect(box).toHaveValue("");
    await hand.keyboard("{Escape}");
    expect(box).not.toHaveFocus();
    await hand.keyboard("{Escape}");
    expect(await screen.findByText(/再按一次 Esc/)).toBeInTheDocument();
    expect(screen.getByTestId("attached")).toBeInTheDocument();
    await hand.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByTestId("attached")).toBeNull());
    expect(screen.getByTestId("sale-line")).toBeInTheDocument();
    // Any letter goes on searching.
    await hand.keyboard("6");
    expect(box).toHaveFocus();
    expect(box).toHaveValue("6");
  });

  it("Ctrl Enter opens the file", async () => {
    const { address } = await opened();
    await hand.keyboard("6688");
    await screen.findByTestId("customer-card");
    await hand.keyboard("{Control>}{Enter}{/Control}");
    await waitFor(() => expect(address()).toBe("/customers/zhang"));
  });

  it("F2 types a quantity, nought takes the line away, and it can be undone", async () => {
    await opened();
    scan("6901234567892");
    await screen.findByTestId("sale-line");
    await hand.keyboard("{F2}{Backspace}0.5{Enter}");
    await waitFor(() => expect(screen.getByTestId("sale-total")).toHaveTextContent("¥64.00"));
    await hand.keyboard("{F2}");
    await hand.keyboard("{Backspace}{Backspace}{Backspace}0{Enter}");
    await waitFor(() => expect(screen.queryByTestId("sale-line")).toBeNull());
  });

  it("F6 takes a share off, stops at the floor price and says so", async () => {
    await opened();
    scan("6901234567892");
    await screen.findByTestId("sale-line");
    await hand.keyboard("{F6}5%{Enter}");
    await waitFor(() => expect(screen.getByTestId("sale-total")).toHaveTextContent("¥121.60"));
    await hand.keyboard("{F6}");
    await hand.keyboard("{Backspace}{Backspace}30%{Enter}");
    await waitFor(() => expect(screen.getByTestId("sale-total")).toHaveTextContent("¥110.00"));
    expect(screen.getByTestId("sale-line")).toHaveTextContent("限底价");
    await hand.keyboard("{F6}x{Enter}");
    expect(screen.getByRole("textbox", { name: "让价" })).toBeInvalid();
  });

  it("F8 holds the sale, F8 again shows what is held, Enter takes it back", async () => {
    await opened();
    scan("6901234567892");
    await screen.findByTestId("sale-line");
    await hand.keyboard("{F8}");
    await waitFor(() => expect(screen.queryByTestId("sale-line")).toBeNull());
    await hand.keyboard("{F8}");
    expect(await screen.findByTestId("held-row")).toHaveTextContent("¥128.00");
    await hand.keyboard("{Enter}");
    expect(await screen.findByTestId("sale-line")).toBeInTheDocument();
  });

  it("F3 writes what no product stands for, and asks for its price", async () => {
    await opened();
    await hand.keyboard("{F3}");
    await hand.keyboard("lunch{Enter}");
    expect(await screen.findByTestId("sale-line")).toHaveTextContent("lunch");
    expect(screen.getByTestId("pay")).toBeDisabled();
    await hand.keyboard("35{Enter}");
    await waitFor(() => expect(screen.getByTestId("sale-total")).toHaveTextContent("¥35.00"));
    expect(screen.getByTestId("pay")).toBeEnabled();
  });
});

describe("a new customer", () => {
  it("begins with what was typed, and is on the sale when saved", async () => {
    await opened();
    await hand.keyboard("13900001111");
    await hand.keyboard("{Control>}n{/Control}");
    const form = await screen.findByTestId("new-customer-form");
    expect(within(form).getByLabelText("手机")).toHaveValue("13900001111");
    expect(within(form).getByLabelText("姓名")).toHaveFocus();
    await hand.keyboard("Li");
    await hand.click(within(form).getByRole("checkbox", { name: "微信" }));
    await hand.click(within(form).getByLabelText("姓名"));
    await hand.keyboard("{Enter}");
    expect(await screen.findByTestId("attached")).toHaveTextContent("Li");
    const added = asked.mock.calls.find(([name]) => name === "customer.add")?.[1];
    expect(added).toMatchObject({ customer: { name: "Li", phone: "13900001111" } });
    expect(Object.keys((added as { customer: { consent: object } }).customer.consent)).toEqual(["wechat"]);
  });

  it("r31_a_number_that_is_known_names_its_customer", async () => {
    await opened();
    await hand.keyboard("13805716688");
    await hand.keyboard("{Control>}n{/Control}");
    await hand.click(await screen.findByRole("button", { name: "就是这位" }));
    expect(await screen.findByTestId("attached")).toHaveTextContent("张丽华");
    expect(asked.mock.calls.some(([name]) => name === "customer.add")).toBe(false);
  });
});

describe("what may go wrong", () => {
  it("a sale that fails stays as it was", async () => {
    shop({
      "sale.add": () => {
        throw new Failure("disk.full");
      },
    });
    await opened();
    scan("6901234567892");
    await screen.findByTestId("sale-line");
    await hand.keyboard("{F9}{Enter}");
    expect(await screen.findByRole("alert")).toHaveTextContent("disk.full");
    await hand.keyboard("{Escape}");
    expect(await screen.findByTestId("sale-line")).toBeInTheDocument();
  });

  it("a draft outlives the window", async () => {
    const first = await opened();
    await hand.keyboard("6688{Enter}");
    await screen.findByTestId("attached");
    scan("6901234567892");
    await screen.findByTestId("sale-line");
    await act(() => new Promise((done) => setTimeout(done, 20)));
    first.unmount();
    await showAt(<Screen />);
    expect(await screen.findByTestId("sale-line")).toHaveTextContent("西湖龙井");
    expect(screen.getByTestId("attached")).toHaveTextContent("张丽华");
  });
});

describe("for everyone", () => {
  it("has no accessibility violations, empty, searching, paying and with a receipt", async () => {
    const { container } = await opened();
    expect(await violations(container)).toEqual([]);
    await hand.keyboard("6688");
    await screen.findByTestId("customer-card");
    await hand.keyboard("{Enter}");
    scan("6901234567892");
    await screen.findByTestId("sale-line");
    await hand.keyboard("{F6}");
    expect(await violations(container)).toEqual([]);
    await hand.keyboard("{Escape}{F3}龙");
    await screen.findByTestId("item-hit");
    expect(await violations(container)).toEqual([]);
    await hand.keyboard("{Escape}{F9}");
    expect(await violations(container)).toEqual([]);
    await hand.keyboard("{Enter}");
    await screen.findByTestId("receipt");
    expect(await violations(container)).toEqual([]);
  });

  it.each(["zh-TW", "en"] as const)("speaks %s", async (language) => {
    chooseLanguage(language);
    await opened();
    expect(screen.getByTestId("counter")).not.toHaveTextContent(/counter:|nouns:/);
    expect(screen.getByTestId("pay")).toHaveTextContent(language === "en" ? "Take payment" : "收款");
  });
});
