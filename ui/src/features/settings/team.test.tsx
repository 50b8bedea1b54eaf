import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { DeviceState, HomeState, PersonRow, RightsTable } from "../../bindings/app";
import { Failure } from "../../host/failure";
import { chooseLanguage } from "../../i18n/language";
import { violations } from "../../test/axe";
import type { Answers } from "../../test/core";
import { answer, asked } from "../../test/core";
import { showAt } from "../../test/place";
import { Devices } from "./Devices";
import { People } from "./People";
import { Rights } from "./Rights";

vi.mock("../../host/call", () => import("../../test/core"));
vi.setConfig({ testTimeout: 30_000 });

const home: HomeState = {
  phase: "ready",
  workspace: { id: "w", name: "茶铺" },
  store: { id: "s", name: "湖滨店" },
  device: { id: "d", name: "2 号柜" },
  person: { id: "chen", name: "陈晓", role: "owner" },
  currency: "CNY",
  time_zone: "Asia/Shanghai",
  demo: false,
  recovery_saved: true,
  enrolled: true,
  version: "0.1.0",
  guarded: true,
};

const chen: PersonRow = {
  id: "chen",
  name: "陈晓",
  role: "owner",
  store: "s",
  store_name: "湖滨店",
  left_at: null,
  has_pin: true,
  here: true,
  enrolled: true,
  customers: 0,
  tasks: 0,
  undoable: false,
};
const li: PersonRow = {
  ...chen,
  id: "li",
  name: "小李",
  role: "counter",
  enrolled: false,
  here: false,
  customers: 3,
  tasks: 2,
};

const till: DeviceState = {
  id: "d",
  name: "2 号柜",
  store: "湖滨店",
  platform: "windows",
  version: "0.1.0",
  people: ["陈晓"],
  this: true,
  last_seen_at: 1_790_000_000_000,
  enrolled_at: 1_780_000_000_000,
  revoked_at: null,
  ending: null,
  retiring: false,
  aside: 0,
};
const laptop: DeviceState = { ...till, id: "l", name: "小李的本子", people: ["小李"], this: false, aside: 1 };

const rights: RightsTable = {
  units: ["phone", "email"],
  roles: [
    { role: "manager", sights: { phone: "open", email: "open" } },
    { role: "read_only", sights: { phone: "masked", email: "hidden" } },
  ],
  lease_days: 30,
  shared: true,
  mine: false,
};

const core: Answers = {
  "home.state": () => home,
  "team.show": () => ({
    workspace: { id: "w", name: "茶铺" },
    stores: [{ id: "s", name: "湖滨店" }],
    people: [],
    devices: [],
  }),
  "people.list": () => [chen, li],
  "people.add": () => ({ id: "new" }),
  "people.edit": () => {
    throw new Failure("person.last_owner");
  },
  "people.set_pin": () => null,
  "people.let_in": () => null,
  "people.invite": () => ({
    code: "https://10.0.0.5:4810#K7QM-2XWP-9RTA-ABCD",
    expires_at: 1_790_000_000_000,
  }),
  "people.leave": () => ({ id: "li", customers: 3, tasks: 2 }),
  "people.undo_leave": () => ({ id: "li" }),
  "people.lock_after": () => null,
  "rights.show": () => rights,
  "rights.set": () => null,
  "rights.lease": () => null,
  "reveal.list": () => [
    {
      at: 1_790_000_000_000,
      field: "phone",
      customer: "c",
      customer_name: "王敏",
      person: "小李",
      device: "2 号柜",
    },
  ],
  "device.list": () => ({ devices: [till, laptop], asked: true, may_end: true, may_replace: true }),
  "device.replace": () => ({
    code: "https://10.0.0.5:4810#NEUE-2XWP-9RTA-ABCD",
    expires_at: 1_790_000_000_000,
  }),
  "device.end": () => ({ id: "l" }),
  "device.rename": () => ({ id: "l" }),
  "aside.list": () => [
    {
      key: "k",
      device: "小李的本子",
      person: "小李",
      code: "device.lost",
      at: 1_790_000_000_000,
      collection: "customer",
      id: "c",
      label: "王敏",
      values: [{ field: "remarks", wanted: "在路上写的", stands: null }],
    },
  ],
  "aside.settle": () => null,
  "sync.status": () => {
    throw new Failure("home.missing");
  },
};

beforeEach(() => {
  chooseLanguage("zh-CN");
  answer(core);
});

async function inLine(name: string) {
  const line = (await screen.findByText(name, { selector: "b" })).closest("li");
  if (line === null) throw new Error(`no line for ${name}`);
  return within(line);
}

describe("people", () => {
  it("adds somebody with a PIN who may sign in at once", async () => {
    await showAt(<People />);
    await userEvent.click(await screen.findByTestId("add-person"));
    await userEvent.type(await screen.findByLabelText("名字"), "周舟");
    await userEvent.type(screen.getByLabelText("PIN，让他在这台机器上登录"), "7294");
    const dialog = within(screen.getByRole("dialog"));
    await userEvent.click(dialog.getByRole("button", { name: "加一个人" }));
    await waitFor(() =>
      expect(asked).toHaveBeenCalledWith("people.add", {
        name: "周舟",
        role: "counter",
        store: "s",
        pin: "7294",
        here: true,
      }),
    );
  });

  it("gives a code to scan, for that person", async () => {
    await showAt(<People />);
    await userEvent.click((await inLine("小李")).getByRole("button", { name: "邀请码" }));
    await userEvent.click(await screen.findByRole("button", { name: "生成邀请码" }));
    expect(await screen.findByText("https://10.0.0.5:4810#K7QM-2XWP-9RTA-ABCD")).toBeInTheDocument();
    expect(asked).toHaveBeenCalledWith("people.invite", { role: "counter", person: "li" });
  });

  it("asks who takes over before somebody leaves", async () => {
    await showAt(<People />);
    await userEvent.click((await inLine("小李")).getByRole("button", { name: "离职" }));
    const dialog = within(await screen.findByRole("dialog"));
    expect(dialog.getByText("3 位客户和 2 件没办完的事交给谁")).toBeInTheDocument();
    expect(dialog.getByRole("button", { name: "离职" })).toBeDisabled();
  });

  it("wants a new PIN typed twice", async () => {
    await showAt(<People />);
    await userEvent.click((await inLine("陈晓")).getByRole("button", { name: "换 PIN" }));
    await userEvent.type(await screen.findByLabelText("4 到 8 位数字"), "4071");
    const again = screen.getByLabelText("再输一遍");
    await userEvent.type(again, "4072");
    expect(screen.getByText("两遍不一样")).toBeInTheDocument();
    await userEvent.type(again, "{Backspace}1{Enter}");
    await waitFor(() =>
      expect(asked).toHaveBeenCalledWith("people.set_pin", { person: "chen", pin: "4071" }),
    );
  });
});

describe("devices", () => {
  it("lets a new machine take a broken one's place by a code", async () => {
    await showAt(<Devices />);
    await userEvent.click((await inLine(laptop.name)).getByRole("button", { name: "换机" }));
    expect(await screen.findByText(/没传完的资料还在它自己的盘上/)).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "生成邀请码" }));
    expect(await screen.findByText(/NEUE-2XWP/)).toBeInTheDocument();
    expect(asked).toHaveBeenCalledWith("device.replace", { id: laptop.id });
  });

  it("gives up a lost one only by its name, typed", async () => {
    await showAt(<Devices />);
    await userEvent.click((await inLine("小李的本子")).getByRole("button", { name: "丢了" }));
    const dialog = within(await screen.findByRole("dialog"));
    const lose = dialog.getByRole("button", { name: "丢了" });
    expect(lose).toBeDisabled();
    await userEvent.type(dialog.getByRole("textbox"), "小李的本子");
    await userEvent.click(lose);
    await waitFor(() => expect(asked).toHaveBeenCalledWith("device.end", { id: "l", ending: "lost" }));
  });

  it("lets a leader take in what came late", async () => {
    await showAt(<Devices />);
    expect(await screen.findByText("在路上写的")).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "收下" }));
    await waitFor(() => expect(asked).toHaveBeenCalledWith("aside.settle", { key: "k", accept: true }));
  });
});

describe("rights", () => {
  it("shows the table in plain words, and who looked", async () => {
    await showAt(<Rights />);
    expect(await screen.findByRole("rowheader", { name: "手机" })).toBeInTheDocument();
    expect(screen.getAllByText("只露一点").length).toBeGreaterThan(0);
    expect(screen.getByText("由店主来定。")).toBeInTheDocument();
    expect(await screen.findByText("王敏")).toBeInTheDocument();
  });

  it("is changed by the owner, cell by cell", async () => {
    answer({ ...core, "rights.show": () => ({ ...rights, mine: true }) });
    await showAt(<Rights />);
    await userEvent.click(await screen.findByRole("combobox", { name: "店长看手机" }));
    await userEvent.click(
      await screen.findByText("只露一点", { selector: ".ant-select-item-option-content" }),
    );
    await waitFor(() =>
      expect(asked).toHaveBeenCalledWith("rights.set", { role: "manager", unit: "phone", sight: "masked" }),
    );
  });
});

it("shows axe nothing to complain of", async () => {
  for (const page of [<People key="p" />, <Devices key="d" />, <Rights key="r" />]) {
    const { container, unmount } = await showAt(page);
    await screen.findAllByRole("heading");
    expect(await violations(container)).toEqual([]);
    unmount();
  }
});
