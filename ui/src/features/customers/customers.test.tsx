import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CustomerFile, CustomerRow } from "../../bindings/app";
import { chooseLanguage } from "../../i18n/language";
import { guardComposition } from "../../shell/composition";
import { listenForKeys } from "../../shell/hotkeys";
import type { Answers } from "../../test/core";
import { violations } from "../../test/axe";
import { answer, asked } from "../../test/core";
import { showAt } from "../../test/place";
import { Screen } from "./screen";
import { forget } from "./wanted";

vi.mock("../../host/call", () => import("../../test/core"));
// Whole stories, key by key, also where other work keeps the machine busy.
vi.setConfig({ testTimeout: 30_000 });

function row(index: number): CustomerRow {
  return {
    id: `c${index}`,
    name: `客${index}`,
    tier: "gold",
    phone: "+8613805716688",
    member_no: null,
    company: null,
    last_sale_at: null,
    spent_12_months: 470_000,
    spent: 470_000,
    points: 12,
    sales: 3,
    units: 3000,
    owner: null,
    store: null,
    tags: [],
    birthday: null,
    joined_on: null,
    waiting: index === 1,
    masked: [],
  };
}

function file(id: string): CustomerFile {
  return {
    id,
    customer: { name: `客${id.slice(1)}`, phone: "+8613805716688" },
    away: false,
    masked: [],
    own_fields: {},
    reading: [],
    totals: {
      sales: 3,
      units: 3000,
      spent: 470_000,
      spent_12_months: 470_000,
      first_sale_at: null,
      last_sale_at: null,
    },
    standing: { tier: "gold", next: "platinum", gap: 30_000 },
    points: 12,
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
}

let total = 1_000_000;
let views = 0;

const core: Answers = {
  "customer.view": (request) => {
    views += 1;
    const none = request.text === "zzz";
    return { view: views, count: none ? 0 : total, all: total, spent_12_months: 512_043_18 };
  },
  "customer.window": ({ from, count }) => ({
    from,
    rows: Array.from({ length: Math.min(count, total - from) }, (_, at) => row(from + at)),
    stale: false,
  }),
  "customer.locate": ({ starts_with }) => ({ index: starts_with === "z" ? 900_000 : null }),
  "customer.show": ({ id }) => file(id),
  "customer.timeline": () => ({ entries: [], next: null, counts: [] }),
  "customer.edit": ({ id }) => ({ id }),
  "customer.add": () => ({ id: "new" }),
  "customer.by_phone": ({ phone }) => ({ phone, customers: [] }),
  "screen.recall": () => ({ kept: null }),
  "screen.keep": () => null,
  "tag.list": () => [{ name: "送礼", customers: 3 }],
  "tag.put": () => null,
  "team.show": () => ({ workspace: { id: "w", name: "茶铺" }, stores: [], people: [], devices: [] }),
};

let stop: (() => void)[] = [];

beforeEach(() => {
  total = 1_000_000;
  views = 0;
  forget();
  chooseLanguage("zh-CN");
  answer(core);
  stop = [guardComposition(window), listenForKeys(window)];
  // jsdom lays nothing out: the grid is told that it is 354 px tall, ten rows and the head.
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(354);
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(990);
});
afterEach(() => stop.forEach((off) => off()));

const grid = () => screen.findByRole("grid");

async function open() {
  const shown = await showAt(<Screen />);
  await grid();
  await screen.findAllByText("客0");
  return shown;
}

describe("customers", () => {
  it("shows a screenful of a million, the sum, and who waits", async () => {
    await open();
    expect(await grid()).toHaveAttribute("aria-rowcount", "1000001");
    expect(screen.getByText("第 1 到 10 位，共 1,000,000")).toBeInTheDocument();
    expect(screen.getByText("待上传 1")).toBeInTheDocument();
    expect(screen.getByText("合计 12 个月 ¥512,043.18")).toBeInTheDocument();
    expect(asked.mock.calls.filter(([name]) => name === "customer.window")).toHaveLength(1);
  });

  it("previews the row that has the focus and opens it with Enter", async () => {
    const { address } = await open();
    fireEvent.keyDown(await grid(), { key: "ArrowDown" });
    expect(await screen.findByRole("heading", { name: "客1" })).toBeInTheDocument();
    fireEvent.keyDown(await grid(), { key: "Enter" });
    await waitFor(() => expect(address()).toBe("/customers/c1"));
  });

  it("sorts by a head and asks the core for it", async () => {
    await open();
    fireEvent.click(screen.getByRole("columnheader", { name: "积分" }));
    await waitFor(() =>
      expect(asked).toHaveBeenCalledWith("customer.view", {
        conditions: [],
        sort: { key: "points", descending: false },
      }),
    );
  });

  it("jumps where letters say, after turning to the order of names", async () => {
    await open();
    fireEvent.keyDown(await grid(), { key: "z" });
    expect(await screen.findByText("900,001")).toBeInTheDocument();
    expect(asked).toHaveBeenCalledWith("customer.view", {
      conditions: [],
      sort: { key: "name", descending: false },
    });
    await waitFor(async () =>
      expect((await grid()).getAttribute("aria-activedescendant")).toContain("-900000-"),
    );
  });

  it("puts a condition together by keyboard and says how many meet it", async () => {
    await open();
    fireEvent.keyDown(document.body, { key: "e", ctrlKey: true });
    // The field has the focus and its list is open: a click would close it.
    expect(await screen.findByRole("combobox", { name: "看什么" })).toHaveFocus();
    await userEvent.keyboard("姓名");
    await waitFor(() => expect(screen.getAllByRole("option")).toHaveLength(1));
    // Ant Design's list reads the number of the key, which jsdom fills in only when told.
    fireEvent.keyDown(screen.getByRole("combobox"), { key: "Enter", keyCode: 13, which: 13 });
    expect(await screen.findByRole("textbox", { name: "内容" })).toHaveFocus();
    await userEvent.keyboard("丽{Enter}");
    expect(await screen.findByText("占 100.00 %", { exact: false })).toBeInTheDocument();
    expect(asked).toHaveBeenCalledWith("customer.view", {
      conditions: [{ field: "name", is: "contains", value: "丽" }],
      sort: { key: "last_sale", descending: true },
    });
    await userEvent.click(screen.getByRole("button", { name: "去掉“姓名”" }));
    expect(screen.getByText("所有客户")).toBeInTheDocument();
  });

  it("types over a name in its place: Enter keeps it, Esc does not", async () => {
    await open();
    fireEvent.keyDown(await grid(), { key: "ArrowDown" });
    fireEvent.keyDown(await grid(), { key: "F2" });
    const first = await screen.findByRole("textbox", { name: "姓名" });
    fireEvent.change(first, { target: { value: "客一" } });
    fireEvent.keyDown(first, { key: "Escape" });
    expect(asked).not.toHaveBeenCalledWith("customer.edit", expect.anything());
    fireEvent.keyDown(await grid(), { key: "F2" });
    const second = await screen.findByRole("textbox", { name: "姓名" });
    fireEvent.change(second, { target: { value: "客一" } });
    fireEvent.keyDown(second, { key: "Enter" });
    await waitFor(() =>
      expect(asked).toHaveBeenCalledWith("customer.edit", { id: "c1", fields: { name: "客一" } }),
    );
  });

  it("lets the input method have its keys", async () => {
    await open();
    fireEvent.keyDown(await grid(), { key: "F2" });
    const field = await screen.findByRole("textbox", { name: "姓名" });
    fireEvent.change(field, { target: { value: "wang" } });
    // The Enter that ends a composition, as WebKit reports it.
    fireEvent.keyDown(field, { key: "Enter", keyCode: 229 });
    expect(asked).not.toHaveBeenCalledWith("customer.edit", expect.anything());
    fireEvent.keyDown(await grid(), { key: "z", keyCode: 229 });
    expect(screen.queryByRole("textbox", { name: "跳到" })).not.toBeInTheDocument();
  });

  it("tags a chosen range, and only those who lack the tag", async () => {
    await open();
    fireEvent.keyDown(await grid(), { key: "ArrowDown", shiftKey: true });
    fireEvent.keyDown(await grid(), { key: "ArrowDown", shiftKey: true });
    await userEvent.click(screen.getByRole("button", { name: "打标签" }));
    await userEvent.type(await screen.findByRole("combobox", { name: "标签" }), "送礼");
    await userEvent.click(screen.getByRole("button", { name: "打上" }));
    await waitFor(() =>
      expect(asked).toHaveBeenCalledWith("tag.put", { customers: ["c0", "c1", "c2"], name: "送礼" }),
    );
  });

  it("says what to do where nobody is, and where nobody matches", async () => {
    total = 0;
    await showAt(<Screen />);
    expect(await screen.findByText(/还没有客户/)).toBeInTheDocument();
    total = 5;
    fireEvent.change(screen.getByRole("textbox", { name: "姓名、拼音、手机尾号" }), {
      target: { value: "zzz" },
    });
    expect(await screen.findByText("没有符合的客户。")).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "看所有客户" }));
    expect(await grid()).toHaveAttribute("aria-rowcount", "6");
  });

  it("writes down somebody new with a number alone", async () => {
    const { address } = await open();
    fireEvent.keyDown(document.body, { key: "n", ctrlKey: true });
    const form = await screen.findByTestId("new-customer");
    const phone = within(form).getByRole("textbox", { name: "手机" });
    await userEvent.type(phone, "13805716688");
    await act(async () => {
      await userEvent.keyboard("{Enter}");
    });
    await waitFor(() =>
      expect(asked).toHaveBeenCalledWith("customer.add", {
        customer: { name: "13805716688", phone: "13805716688" },
        fields: {},
        tags: [],
      }),
    );
    await waitFor(() => expect(address()).toBe("/customers/new"));
  });

  it.each(["zh-CN", "zh-TW", "en"] as const)("shows axe nothing to complain of in %s", async (language) => {
    chooseLanguage(language);
    const { container } = await open();
    expect(await violations(container)).toEqual([]);
  });
});
