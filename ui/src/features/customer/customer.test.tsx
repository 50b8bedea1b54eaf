import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CustomerFile, Receipt } from "../../bindings/app";
import { Failure } from "../../host/failure";
import { chooseLanguage } from "../../i18n/language";
import { UndoToasts } from "../../parts/UndoToast";
import { guardComposition } from "../../shell/composition";
import { listenForKeys } from "../../shell/hotkeys";
import type { Answers } from "../../test/core";
import { violations } from "../../test/axe";
import { answer, asked } from "../../test/core";
import { showAt } from "../../test/place";
import { File } from "./screen";

vi.mock("../../host/call", () => import("../../test/core"));
// Whole stories, key by key, also where other work keeps the machine busy.
vi.setConfig({ testTimeout: 30_000 });

const zhang: CustomerFile = {
  id: "zhang",
  customer: {
    name: "张丽华",
    phone: "+8613805716688",
    taboo: "花粉过敏",
    birthday: "1986-08-13",
    birthday_calendar: "lunar",
    consent: { wechat: "2025-03-02" },
  },
  away: false,
  masked: [],
  own_fields: { 紫砂壶: "保养" },
  reading: [],
  totals: {
    sales: 3,
    units: 6000,
    spent: 1_828_000,
    spent_12_months: 470_000,
    first_sale_at: 1_700_000_000_000,
    last_sale_at: 1_700_000_000_000 + 82 * 86_400_000,
  },
  standing: { tier: "gold", next: "platinum", gap: 30_000 },
  points: 2480,
  expiring: null,
  coins: 36,
  tags: ["送礼"],
  owner_name: "陈晓",
  referrer_name: null,
  store_name: "湖滨店",
  latest_sales: [],
  deleted: false,
  waiting: false,
};

const receipt: Receipt = {
  id: "sale",
  number: "0221-18",
  sold_at: 1_700_000_000_000,
  workspace: "茶铺",
  store: null,
  device: null,
  person: null,
  customer: "zhang",
  customer_name: "张丽华",
  customer_away: false,
  lines: [{ product: null, sku: null, name: "老寿眉", quantity: 1000, amount: 26_800, list_price: null }],
  total: 26_800,
  refunded: 0,
  refund_of: null,
  tenders: [{ kind: "cash", amount: 26_800 }],
  coupon: null,
  points: 268,
  balance: 2480,
  expiring: null,
  standing: null,
  waiting: false,
};

const entry = { detail: null, person: "陈晓", store: null, waiting: false };

const core: Answers = {
  "customer.show": () => zhang,
  "customer.timeline": () => ({
    entries: [
      {
        ...entry,
        id: "sale",
        kind: "sale",
        at: 1_700_000_000_000,
        title: "老寿眉",
        amount: 26_800,
        points: null,
      },
      { ...entry, id: "earned", kind: "points", at: 1_700_000_000_000, title: "", amount: null, points: 268 },
    ],
    next: null,
    counts: [
      { kind: "sale", count: 23 },
      { kind: "points", count: 46 },
    ],
  }),
  "history.show": () => ({
    entries: [
      {
        field: "phone",
        from: "+8613805716688",
        to: null,
        at: 1_700_000_000_000,
        person: "林淑仪",
        device: "1 号柜",
      },
    ],
    next: null,
    shared: false,
    days: null,
  }),
  "customer.edit": ({ id }) => ({ id }),
  "customer.delete": ({ id }) => ({ id }),
  "customer.restore": ({ id }) => ({ id }),
  "points.show": () => ({ points: 2480, coins: 36, expiring: null, entries: [] }),
  "points.adjust": () => ({ points: 2460, coins: 36, expiring: null, entries: [] }),
  "task.list": () => [],
  "team.show": () => ({ workspace: { id: "w", name: "茶铺" }, stores: [], people: [], devices: [] }),
  "tag.list": () => [],
  "interaction.add": () => ({ id: "note" }),
  "sale.show": () => receipt,
  "sale.refund": () => ({ id: "back", refunded_fen: 10_000, points: -100 }),
};

let stop: (() => void)[] = [];

beforeEach(() => {
  chooseLanguage("zh-CN");
  answer(core);
  stop = [guardComposition(window), listenForKeys(window)];
});
afterEach(() => stop.forEach((off) => off()));

async function open() {
  const shown = await showAt(
    <>
      <File id="zhang" />
      <UndoToasts />
    </>,
  );
  await screen.findByRole("heading", { name: "张丽华" });
  await screen.findByText("老寿眉");
  return shown;
}

describe("a customer's file", () => {
  it("gives every figure its reason", async () => {
    await open();
    expect(screen.getByText("每 41 天")).toBeInTheDocument();
    expect(screen.getByText("每次 2.0 件")).toBeInTheDocument();
    expect(screen.getByText("还差 ¥300 升铂金")).toBeInTheDocument();
    expect(screen.getByText("农历八月十三")).toBeInTheDocument();
    expect(screen.getByText("得 268 分")).toBeInTheDocument();
  });

  it("edits a section: Ctrl Enter sends only what changed, Esc nothing", async () => {
    await open();
    fireEvent.keyDown(document.body, { key: "e" });
    const wechat = await screen.findByLabelText("微信号");
    fireEvent.change(wechat, { target: { value: "lihua" } });
    fireEvent.keyDown(wechat, { key: "Escape" });
    expect(screen.queryByLabelText("微信号")).not.toBeInTheDocument();
    fireEvent.keyDown(document.body, { key: "e" });
    const again = await screen.findByLabelText("微信号");
    expect(again).toHaveValue("");
    fireEvent.change(again, { target: { value: "lihua" } });
    fireEvent.keyDown(again, { key: "Enter", keyCode: 229, ctrlKey: true });
    expect(asked).not.toHaveBeenCalledWith("customer.edit", expect.anything());
    fireEvent.keyDown(again, { key: "Enter", ctrlKey: true });
    await waitFor(() =>
      expect(asked).toHaveBeenCalledWith("customer.edit", { id: "zhang", fields: { wechat: "lihua" } }),
    );
  });

  it("says first that a customer who is handed over will be out of sight", async () => {
    answer({
      ...core,
      "team.show": () => ({
        workspace: { id: "w", name: "茶铺" },
        stores: [{ id: "s2", name: "灵隐店" }],
        people: [],
        devices: [],
      }),
      "customer.would_leave": () => ({ leaves: true }),
    });
    await open();
    await userEvent.click(screen.getByRole("button", { name: "改身份" }));
    fireEvent.mouseDown(await screen.findByLabelText("门店"));
    await userEvent.click(await screen.findByText("灵隐店"));
    await userEvent.click(screen.getByRole("button", { name: /^存/ }));
    expect(await screen.findByRole("alert")).toHaveTextContent("改了以后你就看不到这位客户了");
    expect(asked).not.toHaveBeenCalledWith("customer.edit", expect.anything());
    await userEvent.click(screen.getByRole("button", { name: /^交过去/ }));
    await waitFor(() =>
      expect(asked).toHaveBeenCalledWith("customer.edit", { id: "zhang", fields: { store: "s2" } }),
    );
  });

  it("shows a customer of another store as not here, with what was sold here", async () => {
    const sale = {
      id: "sale",
      sold_at: 1_700_000_000_000,
      total: 26_800,
      products: ["老寿眉"],
      refund: false,
    };
    answer({
      ...core,
      "customer.show": () => ({ ...zhang, customer: {}, away: true, latest_sales: [sale] }),
      "sale.show": () => ({ ...receipt, customer_name: null, customer_away: true }),
    });
    const { container } = await showAt(<File id="zhang" />);
    expect(await screen.findByRole("heading", { name: "不在本店" })).toBeInTheDocument();
    expect(await violations(container)).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: /老寿眉/ }));
    expect(await screen.findByTestId("receipt")).toHaveTextContent("不在本店");
  });

  it("writes a note from the keyboard", async () => {
    await open();
    fireEvent.keyDown(document.body, { key: "n" });
    const box = screen.getByRole("textbox", { name: "记一笔" });
    expect(box).toHaveFocus();
    await userEvent.type(box, "问小包装");
    fireEvent.keyDown(box, { key: "Enter", ctrlKey: true });
    await waitFor(() =>
      expect(asked).toHaveBeenCalledWith("interaction.add", {
        customer: "zhang",
        kind: "note",
        text: "问小包装",
      }),
    );
    await waitFor(() => expect(box).toHaveValue(""));
  });

  it("narrows the timeline with a digit", async () => {
    await open();
    expect(screen.getByRole("button", { name: "全部 69" })).toHaveAttribute("aria-pressed", "true");
    fireEvent.keyDown(document.body, { key: "2" });
    expect(screen.getByRole("button", { name: "买 23" })).toHaveAttribute("aria-pressed", "true");
    await waitFor(() =>
      expect(asked).toHaveBeenCalledWith("customer.timeline", { id: "zhang", limit: 60, kinds: ["sale"] }),
    );
  });

  it("opens a receipt and gives part of it back, never more than is left", async () => {
    await open();
    await userEvent.click(screen.getByRole("button", { name: "老寿眉" }));
    await userEvent.click(await screen.findByRole("button", { name: "退款" }));
    const amount = screen.getByRole("spinbutton", { name: "退多少" });
    await userEvent.clear(amount);
    await userEvent.type(amount, "300");
    expect(screen.getByRole("button", { name: /^退 ¥300/ })).toBeDisabled();
    await userEvent.clear(amount);
    await userEvent.type(amount, "100");
    await userEvent.click(screen.getByRole("button", { name: /^退 ¥100/ }));
    await waitFor(() => expect(asked).toHaveBeenCalledWith("sale.refund", { sale: "sale", amount: 10_000 }));
  });

  it("adjusts points only with a reason", async () => {
    await open();
    const pane = screen.getByRole("region", { name: "积分" });
    await userEvent.click(within(pane).getByRole("button", { name: "调整" }));
    await userEvent.type(within(pane).getByRole("spinbutton", { name: "加或减多少分" }), "-20");
    expect(within(pane).getByRole("button", { name: "记上" })).toBeDisabled();
    await userEvent.type(within(pane).getByRole("textbox", { name: "为什么" }), "补错{Enter}");
    await waitFor(() =>
      expect(asked).toHaveBeenCalledWith("points.adjust", { customer: "zhang", amount: -20, why: "补错" }),
    );
  });

  it("r41 goodwill beyond a limit goes on with leave that was given before", async () => {
    const needed = { matter: "goodwill", amount: 600, allowed: 500 };
    answer({
      ...core,
      "approval.approvers": () => [],
      "approval.list": () => ({
        waiting: [],
        decided: [
          {
            id: "leave",
            ...needed,
            customer: "zhang",
            customer_name: "张丽华",
            why: null,
            asked_by: null,
            asked_at: 0,
            till: null,
            verdict: "given",
            decided_by: "沈店长",
            decided_at: 1,
            used: false,
          },
        ],
        mine: false,
      }),
      "approval.show": () => ({
        id: "leave",
        ...needed,
        customer: "zhang",
        customer_name: "张丽华",
        why: null,
        asked_by: null,
        asked_at: 0,
        till: null,
        verdict: "given",
        decided_by: "沈店长",
        decided_at: 1,
        used: false,
      }),
      "points.adjust": ({ consent }) => {
        if (consent === undefined) throw new Failure("approval.needed", needed);
        return { points: 3080, coins: 36, expiring: null, entries: [] };
      },
    });
    await open();
    const pane = screen.getByRole("region", { name: "积分" });
    await userEvent.click(within(pane).getByRole("button", { name: "调整" }));
    await userEvent.type(within(pane).getByRole("spinbutton", { name: "加或减多少分" }), "600");
    await userEvent.type(within(pane).getByRole("textbox", { name: "为什么" }), "等太久{Enter}");
    await waitFor(() =>
      expect(asked).toHaveBeenCalledWith("points.adjust", {
        customer: "zhang",
        amount: 600,
        why: "等太久",
        consent: { by: "approval", id: "leave" },
      }),
    );
    await waitFor(() => expect(within(pane).getByRole("button", { name: "调整" })).toBeInTheDocument());
  });

  it("r41 a refund beyond a limit asks, and says when it was sent", async () => {
    answer({
      ...core,
      "approval.approvers": () => [{ id: "shen", name: "沈店长" }],
      "approval.list": () => ({ waiting: [], decided: [], mine: false }),
      "approval.ask": () => ({ id: "leave" }),
      "sale.refund": () => {
        throw new Failure("approval.needed", { matter: "refund", amount: 26_800, allowed: 10_000 });
      },
    });
    await open();
    await userEvent.click(screen.getByRole("button", { name: "老寿眉" }));
    await userEvent.click(await screen.findByRole("button", { name: "退款" }));
    await userEvent.click(screen.getByRole("button", { name: /^退 ¥268/ }));
    expect(await screen.findByText("退 ¥268，超过你的 ¥100")).toBeInTheDocument();
    await userEvent.type(await screen.findByRole("textbox", { name: "为什么，可以不填" }), "坏了{Enter}");
    expect(await screen.findByText("已发过去，等店长批")).toBeInTheDocument();
    expect(asked).toHaveBeenCalledWith("approval.ask", {
      matter: "refund",
      amount: 26_800,
      customer: "zhang",
      why: "坏了",
    });
  });

  it("names who introduced the customer, and leads there", async () => {
    answer({
      ...core,
      "customer.show": () => ({
        ...zhang,
        customer: { ...zhang.customer, referred_by: "he" },
        referrer_name: "贺敏之",
      }),
    });
    await open();
    expect(screen.getByRole("link", { name: "贺敏之" })).toHaveAttribute("href", "/customers/he");
  });

  it("says who changed what, from what to what", async () => {
    await open();
    const pane = screen.getByRole("region", { name: "改过什么" });
    expect(await within(pane).findByText("138 0571 6688")).toBeInTheDocument();
    expect(within(pane).getByText(/林淑仪/)).toBeInTheDocument();
  });

  it("deletes without asking, and brings back", async () => {
    const { address } = await open();
    await userEvent.click(screen.getByRole("button", { name: "更多" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "删除客户" }));
    await waitFor(() => expect(address()).toBe("/customers"));
    expect(asked).toHaveBeenCalledWith("customer.delete", { id: "zhang" });
  });

  it.each(["zh-CN", "zh-TW", "en"] as const)("shows axe nothing to complain of in %s", async (language) => {
    chooseLanguage(language);
    const { container } = await open();
    expect(await violations(container)).toEqual([]);
  });
});
