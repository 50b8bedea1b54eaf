import { fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Failure } from "../../host/failure";
import { chooseLanguage } from "../../i18n/language";
import { listenForKeys } from "../../shell/hotkeys";
import type { Answers } from "../../test/core";
import { violations } from "../../test/axe";
import { answer, asked } from "../../test/core";
import { showAt } from "../../test/place";
import { Screen } from "./screen";

vi.mock("../../host/call", () => import("../../test/core"));
const { openPath, openFolder, savePath } = vi.hoisted(() => ({
  openFolder: vi.fn<() => Promise<string | null>>(),
  openPath: vi.fn<() => Promise<string | null>>(),
  savePath: vi.fn<(suggested: string) => Promise<string | null>>(),
}));
vi.mock("../../host/window", async (original) => ({
  ...(await original<object>()),
  openPath,
  openFolder,
  savePath,
}));
// Whole stories, key by key, also where other work keeps the machine busy.
vi.setConfig({ testTimeout: 30_000 });

const words = "春 茶 山 水 云 雨 竹 风 花 月 石 舟".split(" ");
const home = {
  phase: "ready" as const,
  workspace: { id: "w", name: "茶铺" },
  store: null,
  device: null,
  person: null,
  currency: "CNY",
  time_zone: "Asia/Shanghai",
  demo: false,
  recovery_saved: false,
  enrolled: false,
  guarded: false,
  version: "0.1.0",
};

const core: Answers = {
  "home.state": () => home,
  "settings.set": (settings) => settings,
  "recovery.create": () => ({ words }),
  "recovery.confirm": (request) => {
    if (request.words !== words.join(" ")) throw new Failure("recovery.phrase_wrong");
    return null;
  },
  "backup.restore": ({ phrase }) => {
    if (phrase === undefined) throw new Failure("backup.wrong_key");
    return home;
  },
  "backup.show": () => ({
    daily: true,
    folder: "/home/tea/backups",
    beside: true,
    made_at: 1_790_000_000_000,
    failed: null,
    kept: [
      { path: "/home/tea/backups/auto-1.shuke", made_at: 1_790_000_000_000, bytes: 5_242_880, here: true },
      { path: "/home/tea/backups/auto-2.shuke", made_at: 1_789_900_000_000, bytes: 5_242_880, here: false },
    ],
    mine: true,
  }),
  "backup.plan": () => null,
  "backup.keep": () => ({ path: "/home/tea/backups/auto-3.shuke", bytes: 5_242_880 }),
  "team.show": () => ({
    workspace: { id: "w", name: "茶铺" },
    stores: [{ id: "s", name: "湖滨店" }],
    people: [{ id: "p", name: "陈晓", role: "owner" }],
    devices: [{ id: "d", name: "2 号柜", store: "湖滨店", platform: "Windows", this: true }],
  }),
  "team.rename_workspace": () => null,
  "import.list": () => [],
  "doctor.examine": ({ repair }) => ({
    healthy: repair === true,
    findings: [
      { what: "totals", ok: repair === true, count: repair === true ? 0 : 14, repaired: repair === true },
    ],
  }),
  "home.leave_demo": () => home,
};

let stop: () => void = () => undefined;

beforeEach(() => {
  Element.prototype.scrollIntoView = () => undefined;
  chooseLanguage("zh-CN");
  answer(core);
  stop = listenForKeys(window);
});
afterEach(() => {
  stop();
  chooseLanguage("zh-CN");
});

async function page(name: string) {
  await userEvent.click(await screen.findByRole("tab", { name: new RegExp(name) }));
}

/** An owner with two people, one at a store. */
const sees: Answers = {
  "home.state": () => ({ ...home, person: { id: "p", name: "陈晓", role: "owner" } }),
  "visibility.show": () => ({ visibility: "everyone", share_ownerless: true }),
  "visibility.set": () => null,
  "visibility.preview": ({ visibility }) => ({
    all: 1200,
    without_store: 3,
    without_owner: 700,
    people: [
      { person: { id: "p", name: "陈晓", role: "owner" }, store: null, customers: 1200, whole: true },
      {
        person: { id: "q", name: "林淑仪", role: "counter" },
        store: "湖滨店",
        customers: visibility === "everyone" ? 1200 : 480,
        whole: visibility === "everyone",
      },
    ],
    stores: [{ store: { id: "s", name: "湖滨店" }, customers: 477 }],
  }),
};

describe("settings", () => {
  it("shows the owner what each would see before anything is saved", async () => {
    answer({ ...core, ...sees });
    const { container } = await showAt(<Screen />);
    await page("谁看哪些客户");
    expect(await screen.findByText("共 1,200 位客户")).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "存" })).toBeDisabled();
    await userEvent.click(screen.getByRole("radio", { name: /各店看各店的/ }));
    expect(await screen.findByText("480 位")).toBeInTheDocument();
    expect(screen.getByText("看不到的资料会从别人的机器上清掉")).toBeInTheDocument();
    expect(asked).not.toHaveBeenCalledWith("visibility.set", expect.anything());
    expect(await violations(container)).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "存" }));
    await waitFor(() =>
      expect(asked).toHaveBeenCalledWith("visibility.set", { visibility: "store", share_ownerless: true }),
    );
  });

  it("leaves who sees what to the owner", async () => {
    await showAt(<Screen />);
    await screen.findByRole("tab", { name: "语言与外观" });
    expect(screen.queryByRole("tab", { name: "谁看哪些客户" })).not.toBeInTheDocument();
  });

  it("switches the language at once and tells the core", async () => {
    await showAt(<Screen />);
    await userEvent.click(await screen.findByRole("radio", { name: "English" }));
    expect(await screen.findByRole("heading", { name: "Settings" })).toBeInTheDocument();
    expect(asked).toHaveBeenCalledWith("settings.set", { locale: "en" });
  });

  it("walks the pages by arrows", async () => {
    await showAt(<Screen />);
    const first = await screen.findByRole("tab", { name: "语言与外观" });
    fireEvent.keyDown(first, { key: "ArrowDown" });
    expect(screen.getByRole("tab", { name: /恢复词/ })).toHaveFocus();
    expect(await screen.findByRole("tab", { name: /恢复词/, selected: true })).toBeInTheDocument();
  });

  it("shows the words once and takes them only as they are", async () => {
    await showAt(<Screen />);
    await page("恢复词");
    await userEvent.click(await screen.findByRole("button", { name: "显示恢复词" }));
    expect(await screen.findByText("舟")).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "抄好了" }));
    expect(screen.queryByText("舟")).not.toBeInTheDocument();
    const typed = screen.getByRole("textbox");
    await userEvent.type(typed, "春 茶");
    await userEvent.click(screen.getByRole("button", { name: "对一下" }));
    expect(await screen.findByRole("alert")).toBeInTheDocument();
    fireEvent.change(typed, { target: { value: ` ${words.join(" ")} ` } });
    await userEvent.click(screen.getByRole("button", { name: "对一下" }));
    await waitFor(() => expect(asked).toHaveBeenCalledWith("recovery.confirm", { words: words.join(" ") }));
    await waitFor(() => expect(screen.queryByRole("textbox")).not.toBeInTheDocument());
  });

  it("saves the words to a file where somebody says so, and says to take it away", async () => {
    savePath.mockResolvedValueOnce(null).mockResolvedValueOnce("/usb/恢复词.txt");
    answer({ ...core, "recovery.save": () => null });
    await showAt(<Screen />);
    await page("恢复词");
    await userEvent.click(await screen.findByRole("button", { name: "显示恢复词" }));
    const save = await screen.findByRole("button", { name: "存成文件" });
    await userEvent.click(save);
    expect(asked).not.toHaveBeenCalledWith("recovery.save", expect.anything());
    await userEvent.click(save);
    expect(savePath).toHaveBeenLastCalledWith(expect.stringContaining("茶铺"), expect.anything());
    await waitFor(() =>
      expect(asked).toHaveBeenCalledWith("recovery.save", { path: "/usb/恢复词.txt", locale: "zh-CN" }),
    );
    expect(await screen.findByText("已存到 /usb/恢复词.txt")).toBeInTheDocument();
  });

  it("keeps a backup a day, says where, and leads back to each", async () => {
    openFolder.mockResolvedValue("/media/stick");
    await showAt(<Screen />);
    await page("备份与恢复");
    expect(await screen.findAllByTestId("backup-kept")).toHaveLength(2);
    expect(screen.getByText(/盘坏了会一起没有/)).toBeInTheDocument();
    await userEvent.click(screen.getByRole("switch"));
    expect(asked).toHaveBeenCalledWith("backup.plan", { daily: false });
    await userEvent.click(screen.getByRole("button", { name: "换个文件夹" }));
    await waitFor(() =>
      expect(asked).toHaveBeenCalledWith("backup.plan", { daily: true, folder: "/media/stick" }),
    );
    await userEvent.click(screen.getByRole("button", { name: "现在备份" }));
    await waitFor(() => expect(asked).toHaveBeenCalledWith("backup.keep", null));
    const [, second] = screen.getAllByRole("button", { name: "恢复这一份" });
    if (second === undefined) throw new Error("two backups");
    await userEvent.click(second);
    expect(await screen.findByText("/home/tea/backups/auto-2.shuke")).toBeInTheDocument();
    expect(asked).not.toHaveBeenCalledWith("backup.restore", expect.anything());
    await userEvent.click(screen.getByRole("button", { name: "算了" }));
    expect(screen.queryByText("/home/tea/backups/auto-2.shuke")).not.toBeInTheDocument();
    await userEvent.click(second);
    expect(await screen.findByText("/home/tea/backups/auto-2.shuke")).toBeInTheDocument();
  });

  it("says why a backup was not made", async () => {
    answer({
      ...core,
      "backup.show": () => ({
        daily: true,
        folder: "/media/stick",
        beside: false,
        made_at: null,
        failed: { code: "disk.full", params: { path: "/media/stick" }, at: 1_790_000_000_000 },
        kept: [],
        mine: true,
      }),
    });
    const { container } = await showAt(<Screen />);
    await page("备份与恢复");
    expect(await screen.findByText(/的备份没做成/)).toBeInTheDocument();
    expect(screen.getByText("还没有自动备份。开着程序，每天会做一份。")).toBeInTheDocument();
    expect(await violations(container)).toEqual([]);
  });

  it("stops a backup that runs", async () => {
    answer({
      ...core,
      "backup.keep": () => new Promise(() => undefined) as never,
      "backup.cancel": () => null,
    });
    const { container } = await showAt(<Screen />);
    await page("备份与恢复");
    await userEvent.click(await screen.findByRole("button", { name: "现在备份" }));
    await userEvent.click(await screen.findByRole("button", { name: "停下" }));
    expect(asked).toHaveBeenCalledWith("backup.cancel", null);
    expect(screen.getByRole("button", { name: "正在停下" })).toBeDisabled();
    expect(await violations(container)).toEqual([]);
  });

  it("says what came back from a backup, and from which day", async () => {
    const at = new Date(2026, 8, 18, 9, 30).getTime();
    const findings = [
      { what: "pages", ok: true, count: 2, repaired: true },
      { what: "filled", ok: true, count: 41, repaired: true, at },
    ];
    answer({ ...core, "doctor.examine": () => ({ healthy: true, findings }) });
    await showAt(<Screen />);
    await page("关于与检查");
    await userEvent.click(await screen.findByRole("button", { name: "检查" }));
    expect(await screen.findByText(/^从 .*09-18.* 的备份补回$/)).toBeInTheDocument();
    expect(screen.getByText("补回 41 条")).toBeInTheDocument();
  });

  it("asks for the words only where the key does not open the backup", async () => {
    openPath.mockResolvedValue("/tmp/a.shuke");
    await showAt(<Screen />);
    await page("备份与恢复");
    await userEvent.click(screen.getByRole("button", { name: "选一份备份" }));
    expect(screen.queryByRole("textbox")).not.toBeInTheDocument();
    await userEvent.click(await screen.findByRole("button", { name: "恢复" }));
    await userEvent.type(await screen.findByRole("textbox"), words.join(" "));
    expect(screen.queryByRole("alert")).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "恢复" }));
    await waitFor(() =>
      expect(asked).toHaveBeenCalledWith("backup.restore", { path: "/tmp/a.shuke", phrase: words.join(" ") }),
    );
    expect(await screen.findByText("已恢复")).toBeInTheDocument();
  });

  it("renames the shop", async () => {
    await showAt(<Screen />);
    await page("^店$");
    await userEvent.click(await screen.findByRole("button", { name: "改名" }));
    const name = screen.getByRole("textbox", { name: "店名" });
    await userEvent.clear(name);
    await userEvent.type(name, "云栖茶铺{Enter}");
    await waitFor(() => expect(asked).toHaveBeenCalledWith("team.rename_workspace", { name: "云栖茶铺" }));
  });

  it("examines, and repairs only when asked", async () => {
    await showAt(<Screen />);
    await page("关于与检查");
    await userEvent.click(await screen.findByRole("button", { name: "检查" }));
    expect(await screen.findByText("14 处")).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "修好它" }));
    expect(await screen.findByText("一切正常")).toBeInTheDocument();
    expect(screen.getByText("已修好")).toBeInTheDocument();
  });

  it("leaves the look around in one click", async () => {
    answer({ ...core, "home.state": () => ({ ...home, demo: true }) });
    await showAt(<Screen />);
    await userEvent.click(await screen.findByRole("button", { name: "不看了，开自己的店" }));
    await waitFor(() => expect(asked).toHaveBeenCalledWith("home.leave_demo", null));
  });

  it("shows axe nothing to complain of, page by page", async () => {
    const { container } = await showAt(<Screen />);
    const tabs = await screen.findAllByRole("tab");
    for (const tab of tabs) {
      await userEvent.click(tab);
      expect(await violations(container)).toEqual([]);
    }
  });
});
