import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { HomeState } from "../bindings/app";
import { Failure } from "../host/failure";
import { chooseLanguage } from "../i18n/language";
import { violations } from "../test/axe";
import { announce, answer, asked } from "../test/core";
import { showAt } from "../test/place";
import { Rescue } from "./Rescue";

vi.mock("../host/call", () => import("../test/core"));
const { openPath } = vi.hoisted(() => ({ openPath: vi.fn<() => Promise<string | null>>() }));
vi.mock("../host/window", async (original) => ({ ...(await original<object>()), openPath }));
vi.setConfig({ testTimeout: 30_000 });

const words = "春 茶 山 水 云 雨 竹 风 花 月 石 舟";
const home: HomeState = {
  phase: "ready",
  workspace: { id: "w", name: "茶铺" },
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

function show(code: string, onRetry = () => undefined) {
  const failure = new Failure(code, { path: "/home/shuke.db" });
  return showAt(<Rescue failure={failure} onRetry={onRetry} />);
}

beforeEach(() => chooseLanguage("zh-CN"));

describe("data that do not open", () => {
  it("are replaced by a backup, and say how far it is", async () => {
    openPath.mockResolvedValue("/usb/a.shuke");
    let finish: () => void = () => undefined;
    const done = new Promise<void>((resolve) => (finish = resolve));
    answer({ "backup.restore": () => done.then(() => home) as never });
    const { container } = await show("database.damaged");
    expect(screen.queryByRole("button", { name: "打开" })).not.toBeInTheDocument();
    expect(await violations(container)).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "选一份备份" }));
    await userEvent.click(await screen.findByRole("button", { name: "恢复" }));
    await waitFor(() => expect(asked).toHaveBeenCalledWith("backup.restore", { path: "/usb/a.shuke" }));
    announce("progress", { what: "restore", done: 1_048_576, all: 4_194_304 });
    expect(await screen.findByText("1.0 / 4.0 MB")).toBeInTheDocument();
    finish();
    expect(await screen.findByRole("button", { name: "选一份备份" })).toBeInTheDocument();
  });

  it("open with the words where only the key is missing", async () => {
    answer({
      "recovery.unlock": (request) => {
        if (request.words !== words) throw new Failure("recovery.phrase_wrong");
        return home;
      },
    });
    const { container } = await show("key.missing");
    expect(await violations(container)).toEqual([]);
    await userEvent.type(screen.getByRole("textbox"), "春");
    await userEvent.click(screen.getByRole("button", { name: "打开" }));
    expect(await screen.findAllByRole("alert")).toHaveLength(2);
    await userEvent.type(screen.getByRole("textbox"), ` ${words.slice(2)}`);
    await userEvent.click(screen.getByRole("button", { name: "打开" }));
    await waitFor(() => expect(screen.getAllByRole("alert")).toHaveLength(1));
  });

  it("are left alone where waiting is enough", async () => {
    const again = vi.fn<() => undefined>();
    await show("database.busy", again);
    expect(screen.queryByRole("button", { name: "选一份备份" })).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "再试一次" }));
    expect(again).toHaveBeenCalledOnce();
  });
});
