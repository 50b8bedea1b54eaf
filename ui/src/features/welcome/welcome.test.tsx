import { act, fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { HomeState } from "../../bindings/app";
import { Failure } from "../../host/failure";
import { chooseLanguage } from "../../i18n/language";
import { guardComposition } from "../../shell/composition";
import type { Answers } from "../../test/core";
import { announce, answer, asked } from "../../test/core";
import { violations } from "../../test/axe";
import { showAt } from "../../test/place";
import { sameWord, twoPlaces } from "./phrase";
import { Screen } from "./screen";

vi.mock("../../host/call", () => import("../../test/core"));
const { openPath, savePath } = vi.hoisted(() => ({
  openPath: vi.fn<() => Promise<string | null>>(),
  savePath: vi.fn<() => Promise<string | null>>(),
}));
vi.mock("../../host/window", async (original) => ({ ...(await original<object>()), openPath, savePath }));
vi.setConfig({ testTimeout: 30_000 });

const home: HomeState = {
  phase: "ready",
  workspace: { id: "w", name: "云栖茶铺" },
  store: null,
  device: null,
  person: null,
  currency: "CNY",
  time_zone: "Asia/Shanghai",
  demo: false,
  recovery_saved: false,
  enrolled: false,
  guarded: false,
  version: "0",
};

const words = ["的", "茶", "山", "雨", "明", "前", "竹", "溪", "舟", "月", "松", "鹤"];

function core(more: Answers = {}): void {
  answer({
    "home.state": () => ({ ...home, phase: "new" }),
    "home.found": () => home,
    "home.demo": () => ({ ...home, demo: true }),
    "sync.enroll": () => home,
    "settings.set": (settings) => settings,
    "recovery.create": () => ({ words }),
    "recovery.confirm": () => null,
    ...more,
  });
}

const hand = userEvent.setup();
const requests = (name: string) =>
  asked.mock.calls.filter(([one]) => one === name).map(([, request]) => request);

let stop: () => void = () => undefined;
beforeEach(() => {
  stop = guardComposition(globalThis.window);
  chooseLanguage("zh-CN");
  core();
});
afterEach(() => stop());

/** Up to the twelve words, by keyboard alone. */
async function founded() {
  const drawn = await showAt(<Screen />);
  await waitFor(() => expect(screen.getByTestId("shop-name")).toHaveFocus());
  await hand.keyboard("云栖茶铺{Enter}");
  await waitFor(() => expect(screen.getByTestId("person-name")).toHaveFocus());
  await hand.keyboard("{Enter}");
  await screen.findByTestId("phrase");
  return drawn;
}

describe("a shop of one's own", () => {
  it("is three Enters away, with names that make sense", async () => {
    const { address } = await founded();
    expect(requests("home.found")).toEqual([
      { workspace: "云栖茶铺", device_name: "1 号柜", person: "店主" },
    ]);
    expect(requests("recovery.create")).toEqual([{ locale: "zh-CN" }]);
    await hand.click(screen.getByTestId("phrase-later"));
    await waitFor(() => expect(asked).not.toHaveBeenCalledWith("recovery.confirm", expect.anything()));
    expect(address()).toBe("/");
  });

  it("asks two words back before it believes that they were written down", async () => {
    await founded();
    await hand.click(screen.getByTestId("phrase-written"));
    const fields = screen.getAllByTestId(/^phrase-word-/);
    expect(fields).toHaveLength(2);
    const [first, second] = fields.map(
      (field) => words[Number(field.dataset["testid"]?.split("-").at(-1)) - 1] ?? "",
    );
    expect(fields[0]).toHaveFocus();
    await hand.keyboard(`${first ?? ""}{Tab}错{Enter}`);
    expect(await screen.findByRole("alert")).toBeInTheDocument();
    expect(requests("recovery.confirm")).toEqual([]);
    await hand.keyboard(`{Backspace}${second ?? ""}{Enter}`);
    await waitFor(() => expect(requests("recovery.confirm")).toEqual([{ words: words.join(" ") }]));
  });

  it("is let in by a saved file as by a paper", async () => {
    savePath.mockResolvedValue("/usb/words.txt");
    core({ "recovery.save": () => null });
    await founded();
    await hand.click(screen.getByTestId("phrase-save"));
    expect(await screen.findByText("已存到 /usb/words.txt")).toBeInTheDocument();
    expect(screen.queryByTestId("phrase-later")).toBeNull();
    await hand.click(screen.getByRole("button", { name: "进店" }));
    expect(requests("recovery.confirm")).toEqual([]);
  });

  it("is not opened by the Enter that ends a composition", async () => {
    await showAt(<Screen />);
    const field = await screen.findByTestId("shop-name");
    fireEvent.compositionStart(field);
    fireEvent.change(field, { target: { value: "云栖" } });
    fireEvent.keyDown(field, { key: "Enter", code: "Enter", keyCode: 229, isComposing: true });
    fireEvent.compositionEnd(field, { data: "云栖" });
    fireEvent.keyDown(field, { key: "Enter", code: "Enter", keyCode: 229 });
    await act(() => Promise.resolve());
    expect(screen.getByTestId("shop-name")).toHaveValue("云栖");
    expect(screen.queryByTestId("person-name")).toBeNull();
    expect(requests("home.found")).toEqual([]);
  });

  it("that cannot be made says that nothing was done", async () => {
    core({
      "home.found": () => {
        throw new Failure("keychain.missing");
      },
    });
    await showAt(<Screen />);
    await hand.type(await screen.findByTestId("shop-name"), "店{Enter}");
    await hand.click(await screen.findByTestId("welcome-done"));
    expect(await screen.findByRole("alert")).toHaveTextContent("keychain.missing");
    expect(screen.getByTestId("person-name")).toBeInTheDocument();
  });
});

describe("the other ways", () => {
  it("joins with a code and names", async () => {
    await showAt(<Screen />);
    await hand.click(await screen.findByTestId("way-join"));
    await hand.click(screen.getByTestId("enrol-code"));
    await hand.paste(" shuke:abc\ndef ");
    await hand.click(screen.getByTestId("welcome-next"));
    await hand.type(screen.getByTestId("person-name"), "陈晓");
    await hand.clear(screen.getByTestId("device-name"));
    await hand.type(screen.getByTestId("device-name"), "2 号柜{Enter}");
    await waitFor(() =>
      expect(requests("sync.enroll")).toEqual([
        { code: "shuke:abcdef", device_name: "2 号柜", person_name: "陈晓" },
      ]),
    );
    expect(requests("recovery.create")).toEqual([]);
  });

  it("looks around at once, and shows how far it is", async () => {
    core({
      "home.demo": () => {
        throw new Failure("disk.full");
      },
    });
    await showAt(<Screen />);
    await hand.click(await screen.findByTestId("way-demo"));
    await hand.click(screen.getByTestId("welcome-next"));
    expect(await screen.findByRole("alert")).toHaveTextContent("disk.full");
    core();
    await hand.click(screen.getByRole("button", { name: "再试一次" }));
    act(() => announce("progress", { what: "demo", done: 500, all: 2000 }));
    await waitFor(() => expect(requests("home.demo")).toEqual([{ customers: 2000, sales: 9000, seed: 1 }]));
  });
});

describe("a shop that was elsewhere before", () => {
  it("comes back from a backup, with its words", async () => {
    openPath.mockResolvedValue("/usb/a.shuke");
    core({
      "backup.restore": ({ phrase }) => {
        if (phrase === undefined) throw new Failure("key.missing");
        return home;
      },
    });
    const { container } = await showAt(<Screen />);
    await hand.click(await screen.findByTestId("welcome-restore"));
    await hand.click(screen.getByTestId("restore-choose"));
    await hand.click(await screen.findByTestId("restore-start"));
    await hand.type(await screen.findByRole("textbox"), words.join(" "));
    expect(await violations(container)).toEqual([]);
    await hand.click(screen.getByTestId("restore-start"));
    await waitFor(() =>
      expect(requests("backup.restore")).toEqual([
        { path: "/usb/a.shuke" },
        { path: "/usb/a.shuke", phrase: words.join(" ") },
      ]),
    );
  });
});

describe("the phrase", () => {
  it("asks for two different words that are not neighbours", () => {
    for (let turn = 0; turn < 500; turn += 1) {
      const [first, second] = twoPlaces(12);
      expect(first).toBeGreaterThanOrEqual(0);
      expect(second).toBeLessThan(12);
      expect(second - first).toBeGreaterThan(1);
    }
  });
  it("forgives case, width and blanks, and nothing else", () => {
    expect([
      sameWord(" Ｔea ", "tea"),
      sameWord("茶", "茶"),
      sameWord("", "茶"),
      sameWord("查", "茶"),
    ]).toEqual([true, true, false, false]);
  });
});

describe("for everyone", () => {
  it("changes its language at once, wherever it stands", async () => {
    await showAt(<Screen />);
    await hand.click(await screen.findByText("English"));
    expect(screen.getByRole("heading", { name: "Where to begin" })).toBeInTheDocument();
    await hand.click(screen.getByText("繁體中文"));
    expect(screen.getByRole("heading", { name: "從哪裡開始" })).toBeInTheDocument();
    expect(document.documentElement.lang).toBe("zh-TW");
  });

  it("has no accessibility violations on any step", async () => {
    const { container } = await showAt(<Screen />);
    await screen.findByTestId("shop-name");
    expect(await violations(container)).toEqual([]);
    await hand.keyboard("茶铺{Enter}");
    await screen.findByTestId("person-name");
    expect(await violations(container)).toEqual([]);
    await hand.keyboard("{Enter}");
    await screen.findByTestId("phrase");
    expect(await violations(container)).toEqual([]);
    await hand.click(screen.getByTestId("phrase-written"));
    expect(await violations(container)).toEqual([]);
  });
});
