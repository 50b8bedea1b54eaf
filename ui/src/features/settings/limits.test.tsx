import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { chooseLanguage } from "../../i18n/language";
import { violations } from "../../test/axe";
import { answer, asked } from "../../test/core";
import { showAt } from "../../test/place";
import { Limits } from "./Limits";

vi.mock("../../host/call", () => import("../../test/core"));
vi.setConfig({ testTimeout: 30_000 });

const sent = (name: string) => asked.mock.calls.filter(([one]) => one === name).map(([, what]) => what);

beforeEach(() => chooseLanguage("zh-CN"));

describe("limits", () => {
  it("r41 keeps a role's limits in fen, and blank is no limit", async () => {
    answer({
      "limits.show": () => ({
        roles: { counter: { goodwill: 100 } },
        tills: [{ id: "d", name: "2 号柜", caps: {} }],
        mine: true,
        tills_mine: true,
      }),
      "limits.set": () => null,
    });
    const { container } = await showAt(<Limits />);
    await userEvent.type(await screen.findByRole("spinbutton", { name: "柜台：让价 ¥" }), "20{Tab}");
    await userEvent.clear(screen.getByRole("spinbutton", { name: "柜台：补分 分" }));
    await userEvent.tab();
    await userEvent.click(screen.getByRole("button", { name: "存柜台的额度" }));
    await waitFor(() => expect(sent("limits.set")).toEqual([{ role: "counter", caps: { discount: 2_000 } }]));
    expect(await violations(container)).toEqual([]);
  });

  it("r41 lets a manager change tills and only read roles", async () => {
    answer({
      "limits.show": () => ({
        roles: { counter: { discount: 2_000 } },
        tills: [{ id: "d", name: "2 号柜", caps: {} }],
        mine: false,
        tills_mine: true,
      }),
      "limits.set_till": () => null,
    });
    await showAt(<Limits />);
    expect(await screen.findByText("¥20.00")).toBeVisible();
    expect(screen.queryByRole("spinbutton", { name: "柜台：让价 ¥" })).toBeNull();
    await userEvent.type(screen.getByRole("spinbutton", { name: "2 号柜：退款 ¥" }), "5{Tab}");
    await userEvent.click(screen.getByRole("button", { name: "存2 号柜的额度" }));
    await waitFor(() => expect(sent("limits.set_till")).toEqual([{ till: "d", caps: { refund: 500 } }]));
  });
});
