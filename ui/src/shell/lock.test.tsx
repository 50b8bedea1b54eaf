import { fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { HomeState } from "../bindings/app";
import { Failure } from "../host/failure";
import { chooseLanguage } from "../i18n/language";
import { violations } from "../test/axe";
import type { Answers } from "../test/core";
import { answer, asked } from "../test/core";
import { showAt } from "../test/place";
import { listenForKeys } from "./hotkeys";
import { Lock } from "./Lock";
import { StatusBar } from "./StatusBar";
import { Switcher } from "./Switcher";

vi.mock("../host/call", () => import("../test/core"));
vi.setConfig({ testTimeout: 30_000 });

const home: HomeState = {
  phase: "ready",
  workspace: { id: "w", name: "茶铺" },
  store: null,
  device: { id: "d", name: "2 号柜" },
  person: null,
  currency: "CNY",
  time_zone: "Asia/Shanghai",
  demo: false,
  recovery_saved: true,
  enrolled: true,
  version: "0.1.0",
  guarded: true,
  lock: "signed_out",
};

const status = {
  state: "synced" as const,
  enrolled: true,
  server: null,
  outbox_count: 0,
  conflicts: 0,
  range: null,
  oldest_at: null,
  last_pull_at: null,
  last_sync_at: null,
  pulling: null,
  problem: null,
};

const core: Answers = {
  "home.state": () => home,
  "sync.status": () => status,
  "sync.now": () => ({ pushed: 0, pulled: 0, conflicts: 0, cursor: 0, seconds: 0 }),
  "people.switcher": () => ({
    people: [
      { id: "chen", name: "陈晓", role: "owner", has_pin: true, wait_until: null },
      { id: "li", name: "小李", role: "counter", has_pin: true, wait_until: null },
    ],
    person: "chen",
  }),
  "people.sign_in": ({ pin }) => {
    if (pin !== "7294") throw new Failure("pin.wrong");
    return home;
  },
  "people.sign_out": () => home,
  "people.recover": () => home,
};

let stop: () => void = () => undefined;

beforeEach(() => {
  chooseLanguage("zh-CN");
  answer(core);
  stop = listenForKeys(window);
});
afterEach(() => stop());

describe("a locked till", () => {
  it("offers somebody else first, takes digits and Enter, and says what was wrong", async () => {
    const done = vi.fn();
    await showAt(<Switcher guarded onClose={done} />);
    const pin = await screen.findByLabelText("小李 的 PIN");
    expect(pin).toHaveFocus();
    await userEvent.type(pin, "12a34{Enter}");
    expect(asked).toHaveBeenCalledWith("people.sign_in", { person: "li", pin: "1234" });
    expect(await screen.findByRole("alert")).toHaveTextContent("PIN 不对");
    await waitFor(() => expect(pin).toHaveValue(""));
    await userEvent.type(pin, "7294{Enter}");
    await waitFor(() => expect(done).toHaveBeenCalled());
  });

  it("is opened by finger", async () => {
    await showAt(<Lock session={home} />);
    await userEvent.click(await screen.findByRole("button", { name: /小李/ }));
    for (const digit of ["7", "2", "9", "5"])
      await userEvent.click(screen.getByRole("button", { name: digit }));
    await userEvent.click(screen.getByRole("button", { name: "退一格" }));
    await userEvent.click(screen.getByRole("button", { name: "4" }));
    await userEvent.click(screen.getByRole("button", { name: "进入" }));
    await waitFor(() => expect(asked).toHaveBeenCalledWith("people.sign_in", { person: "li", pin: "7294" }));
  });

  it("chooses by arrows, and lets an owner in by the words", async () => {
    await showAt(<Lock session={home} />);
    const pin = await screen.findByLabelText("小李 的 PIN");
    fireEvent.keyDown(pin, { key: "ArrowUp" });
    await userEvent.click(await screen.findByRole("button", { name: "忘了 PIN？用恢复词" }));
    await userEvent.type(screen.getByRole("textbox"), "春 茶");
    await userEvent.click(screen.getByRole("button", { name: "用恢复词进入" }));
    await waitFor(() =>
      expect(asked).toHaveBeenCalledWith("people.recover", { person: "chen", words: "春 茶" }),
    );
  });

  it("says that the lease is over, and how to open", async () => {
    await showAt(<Lock session={{ ...home, lock: "lease" }} />);
    expect(screen.queryByLabelText(/PIN/)).not.toBeInTheDocument();
    await userEvent.click(await screen.findByRole("button", { name: "现在联系服务器" }));
    expect(asked).toHaveBeenCalledWith("sync.now", null);
  });

  it("warns in the status bar for the last week", async () => {
    const inThreeDays = Date.now() + 3 * 86_400_000 - 60_000;
    await showAt(<StatusBar session={{ ...home, lease_ends_at: inThreeDays }} />);
    expect(await screen.findByText("再 3 天没接上服务器就会锁上")).toBeInTheDocument();
  });

  it("shows axe nothing to complain of", async () => {
    const { container } = await showAt(<Lock session={home} />);
    await screen.findByLabelText("小李 的 PIN");
    expect(await violations(container)).toEqual([]);
  });
});
