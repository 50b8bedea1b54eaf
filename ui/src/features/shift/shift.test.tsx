import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { ShiftReport } from "../../bindings/app";
import { chooseLanguage } from "../../i18n/language";
import { violations } from "../../test/axe";
import { announce, answer, asked } from "../../test/core";
import { Following } from "../../test/follow";
import { showAt } from "../../test/place";
import { Screen } from "./screen";

vi.mock("../../host/call", () => import("../../test/core"));
vi.setConfig({ testTimeout: 30_000 });

const report: ShiftReport = {
  row: {
    id: "s",
    till: "2 号柜",
    opened_at: 1_795_600_000_000,
    opened_by: "陈晓",
    closed_at: null,
    closed_by: null,
  },
  sales: 60,
  refunds: 1,
  sold: 1_200_000,
  refunded: -5000,
  members: 45,
  tenders: [
    { kind: "cash", amount: 22_000 },
    { kind: "points", amount: 1490 },
  ],
  float: 50_000,
  expected: 72_000,
  counted: null,
  difference: null,
  waiting: 3,
  note: null,
};

const hand = userEvent.setup();
const made = (name: string) => asked.mock.calls.filter(([one]) => one === name).map(([, request]) => request);

const drawn = () =>
  showAt(
    <Following>
      <Screen />
    </Following>,
  );

beforeEach(() => chooseLanguage("zh-CN"));

describe("a shift", () => {
  it("opens with the cash that was counted", async () => {
    let open = false;
    answer({
      "shift.list": () => ({ open: open ? report : null, closed: [] }),
      "shift.open": () => {
        open = true;
        return { id: "s" };
      },
    });
    const { container } = await drawn();
    const field = await screen.findByRole("textbox", { name: "备用金" });
    expect(field).toHaveFocus();
    await hand.keyboard("五百");
    expect(screen.getByText("写个数，比如 500")).toBeInTheDocument();
    await hand.clear(field);
    await hand.keyboard("500{Enter}");
    await waitFor(() => expect(made("shift.open")).toEqual([{ float: 50_000 }]));
    announce("touched", ["shift"]);
    expect(await violations(container)).toEqual([]);
  });

  it("says what it comes to, what has not gone up, and by how much the drawer differs as it is counted", async () => {
    const closed = { ...report.row, closed_at: 1_795_630_000_000, closed_by: "陈晓" };
    const done = { ...report, row: closed, counted: 71_500, difference: -500, note: "少找" };
    let over = false;
    answer({
      "shift.list": () => ({ open: over ? null : report, closed: over ? [closed] : [] }),
      "shift.close": () => {
        over = true;
        return done;
      },
      "shift.show": () => done,
    });
    const { container } = await drawn();
    const page = await screen.findByTestId("shift-report");
    expect(page).toHaveTextContent("有 3 单还没上传");
    expect(page).toHaveTextContent("75 %，共 60 单");
    expect(page).toHaveTextContent("积分抵14.90");
    expect(page).toHaveTextContent("抽屉里应有720.00");
    const field = screen.getByRole("textbox", { name: "实点现金" });
    await hand.type(field, "720");
    expect(screen.getByTestId("difference")).toHaveTextContent("一分不差");
    await hand.clear(field);
    await hand.type(field, "715");
    expect(screen.getByTestId("difference")).toHaveTextContent("少了−5.00");
    expect(await violations(container)).toEqual([]);
    await hand.type(screen.getByRole("textbox", { name: /备注/ }), "少找{Enter}");
    await waitFor(() => expect(made("shift.close")).toEqual([{ id: "s", counted: 71_500, note: "少找" }]));
    announce("touched", ["shift"]);
    expect(await screen.findByTestId("shift-row")).toHaveAttribute("aria-current", "true");
    expect(await screen.findByText("少找")).toBeInTheDocument();
  });
});
