import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { IntakeState, UnmatchedSale } from "../../bindings/app";
import { Failure } from "../../host/failure";
import { chooseLanguage } from "../../i18n/language";
import { violations } from "../../test/axe";
import type { Answers } from "../../test/core";
import { answer, asked } from "../../test/core";
import { showAt } from "../../test/place";
import { Screen } from "./screen";

vi.mock("../../host/call", () => import("../../test/core"));
const { openFolder } = vi.hoisted(() => ({ openFolder: vi.fn<() => Promise<string | null>>() }));
vi.mock("../../host/window", async (original) => ({ ...(await original<object>()), openFolder }));
vi.setConfig({ testTimeout: 30_000 });

const home = (role: "manager" | "counter") => ({
  phase: "ready" as const,
  workspace: { id: "w", name: "茶铺" },
  store: null,
  device: null,
  person: { id: "p", name: "陈晓", role },
  currency: "CNY",
  time_zone: "Asia/Shanghai",
  demo: false,
  recovery_saved: true,
  enrolled: false,
  guarded: false,
  version: "0.1.0",
});

const run = {
  file: "0918.csv",
  at: 1_790_000_000_000,
  sales: 120,
  created: 117,
  unchanged: 0,
  matched: 90,
  unmatched: 2,
  failed: 3,
  moved_to: "/till/failed/0918.csv",
  report: "/till/failed/0918.csv.report.csv",
  code: null,
};

const nothing: IntakeState = {
  on: false,
  folder: null,
  source: "till",
  waiting: 0,
  runs: [],
  unmatched: 0,
  failed: null,
};
const watching: IntakeState = { ...nothing, on: true, folder: "/till", runs: [run] };

const sale = (at: Partial<UnmatchedSale>): UnmatchedSale => ({
  sale: "s1",
  number: "7001",
  sold_at: 1_790_000_000_000,
  total: 32_850,
  refund: false,
  phone: "+8613800138000",
  member_no: null,
  store: null,
  found: null,
  ...at,
});

function core(state: IntakeState, more: Answers = {}): Answers {
  return {
    "home.state": () => home("manager"),
    "intake.show": () => state,
    "intake.set": () => state,
    "intake.run": () => [run],
    "intake.unmatched": () => [],
    "intake.assign": () => ({ id: "s1" }),
    ...more,
  };
}

beforeEach(() => {
  chooseLanguage("zh-CN");
  openFolder.mockReset();
});
afterEach(() => chooseLanguage("zh-CN"));

async function pane(answers: Answers) {
  answer(answers);
  const shown = await showAt(<Screen />);
  await userEvent.click(await screen.findByRole("tab", { name: "销售接入" }));
  return shown;
}

describe("sales from another till", () => {
  it("asks for the folder first, and watches it from then on", async () => {
    openFolder.mockResolvedValue("/till");
    const { container } = await pane(core(nothing));
    expect(await screen.findByText(/还没有选收银系统写文件的文件夹/)).toBeInTheDocument();
    expect(await violations(container)).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "选文件夹" }));
    await waitFor(() => expect(asked).toHaveBeenCalledWith("intake.set", { on: true, folder: "/till" }));
  });

  it("shows what became of the last files, and where it is said what is wrong", async () => {
    const { container } = await pane(core(watching));
    const line = await screen.findByTestId("intake-run");
    const cells = within(line)
      .getAllByRole("cell")
      .map((cell) => cell.textContent);
    expect(cells.slice(2)).toEqual(["120", "117", "0", "2", "3"]);
    expect(line).toHaveTextContent("/till/failed/0918.csv.report.csv");
    expect(await violations(container)).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "现在看一遍" }));
    await waitFor(() => expect(asked).toHaveBeenCalledWith("intake.run", null));
  });

  it("is turned off by the keyboard", async () => {
    await pane(core(watching));
    const toggle = await screen.findByRole("switch", { name: "自动接入这个文件夹" });
    toggle.focus();
    await userEvent.keyboard(" ");
    await waitFor(() => expect(asked).toHaveBeenCalledWith("intake.set", { on: false }));
  });

  it("says why nothing comes in", async () => {
    const failed = { code: "person.left", params: {}, at: 1_790_000_000_000 };
    await pane(core({ ...watching, waiting: 4, failed }));
    expect(await screen.findByText(/起没有接入/)).toBeInTheDocument();
    expect(screen.getByText("4 个文件等着")).toBeInTheDocument();
  });

  it("gives a sale to whoever has that number by now", async () => {
    const found = { id: "c1", name: "王敏" };
    const { container } = await pane(
      core({ ...watching, unmatched: 1 }, { "intake.unmatched": () => [sale({ found })] }),
    );
    const line = await screen.findByTestId("unmatched");
    expect(line).toHaveTextContent("138 0013 8000");
    expect(await violations(container)).toEqual([]);
    await userEvent.click(within(line).getByRole("button", { name: "归给王敏" }));
    await waitFor(() => expect(asked).toHaveBeenCalledWith("intake.assign", { sale: "s1", customer: "c1" }));
  });

  it("looks somebody up where nobody has the number", async () => {
    const nobody = sale({ phone: null, member_no: "V77" });
    await pane(core({ ...watching, unmatched: 1 }, { "intake.unmatched": () => [nobody] }));
    const line = await screen.findByTestId("unmatched");
    expect(line).toHaveTextContent("V77");
    await userEvent.click(within(line).getByRole("button", { name: "找客户" }));
    expect(within(line).getByRole("combobox", { name: "这一单是谁的" })).toBeInTheDocument();
    expect(within(line).getByRole("button", { name: "归给这位客户" })).toBeDisabled();
    await userEvent.click(within(line).getByRole("button", { name: "算了" }));
    expect(within(line).getByRole("button", { name: "找客户" })).toBeInTheDocument();
  });

  it("offers to try again where it cannot be read", async () => {
    await pane(
      core(nothing, {
        "intake.show": () => {
          throw new Failure("database.busy");
        },
      }),
    );
    expect(await screen.findByRole("button", { name: "再试一次" })).toBeInTheDocument();
  });

  it("is for who leads the shop", async () => {
    answer({ ...core(watching), "home.state": () => home("counter") });
    await showAt(<Screen />);
    await screen.findByRole("tab", { name: "语言与外观" });
    expect(screen.queryByRole("tab", { name: "销售接入" })).not.toBeInTheDocument();
  });
});
