import { act, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { ImportSummary, Inspection } from "../../bindings/app";
import { Failure } from "../../host/failure";
import { chooseLanguage } from "../../i18n/language";
import type { Answers } from "../../test/core";
import { violations } from "../../test/axe";
import { announce, answer, asked } from "../../test/core";
import { showAt } from "../../test/place";
import { asTable, claimedTwice, mappingOf, tells, valuesOf } from "./mapping";
import { nameOf, Screen } from "./screen";

vi.mock("../../host/call", () => import("../../test/core"));
const { openPath } = vi.hoisted(() => ({ openPath: vi.fn<() => Promise<string | null>>() }));
vi.mock("../../host/window", async (original) => ({ ...(await original<object>()), openPath }));
// Whole stories, key by key, also where other work keeps the machine busy.
vi.setConfig({ testTimeout: 30_000 });

const inspection: Inspection = {
  kind: "customers",
  encoding: "gb18030",
  delimiter: ",",
  columns: [
    { name: "姓名", field: "name" },
    { name: "手机号码", field: "phone" },
    { name: "老编号", field: null },
  ],
  fields: ["member_no", "name", "phone", "tags"],
  sample: [["张丽华", "13805716688", "X-1"]],
};

const summary: ImportSummary = {
  import_id: "i",
  file: "a.csv",
  kind: "customers",
  at: 1,
  encoding: "gb18030",
  delimiter: ",",
  rows: 10,
  created: 6,
  updated: 2,
  skipped: 1,
  failed: 1,
  errors: [{ row: 4, column: "手机号码", code: "field.phone_mangled", value: "1.59671E+10" }],
};

const core: Answers = {
  "import.inspect": (request) => ({ ...inspection, kind: request.kind ?? "customers" }),
  "import.start": () => summary,
  "import.cancel": () => null,
};

beforeEach(() => {
  chooseLanguage("zh-CN");
  answer(core);
  openPath.mockResolvedValue("C:\\表\\customers.csv");
});

async function chosen() {
  const shown = await showAt(<Screen />);
  await userEvent.click(await screen.findByRole("button", { name: "选文件" }));
  await screen.findByText("customers.csv");
  return shown;
}

describe("the map", () => {
  it("comes from what was found, and an unknown column is left out", () => {
    expect(mappingOf(inspection)).toEqual({ 姓名: "name", 手机号码: "phone", 老编号: "" });
  });
  it("does not take the header for a value", () => {
    const header = inspection.columns.map(({ name }) => name);
    expect(valuesOf({ ...inspection, sample: [header, ...inspection.sample] })).toEqual(inspection.sample);
  });
  it("knows fields claimed twice, lists apart", () => {
    expect(claimedTwice({ a: "name", b: "name", c: "tags", d: "tags", e: "", f: "" }, ["tags"])).toEqual([
      "name",
    ]);
  });
  it("knows when no column says who a row is", () => {
    expect(tells("customers", { a: "remarks" })).toBe(false);
    expect(tells("customers", { a: "phone" })).toBe(true);
    expect(tells("sales", { a: "amount" })).toBe(true);
  });
  it("copies tables that no spreadsheet runs", () => {
    expect(
      asTable([
        ["4", "=1+1", "a\tb"],
        ["5", "+86", "-"],
      ]),
    ).toBe("4\t'=1+1\ta b\n5\t'+86\t'-");
  });
  it("names a file on every system", () => {
    expect(nameOf("C:\\表\\a.csv")).toBe("a.csv");
    expect(nameOf("/home/b.csv")).toBe("b.csv");
  });
});

describe("import", () => {
  it("says what it found and maps by name", async () => {
    await chosen();
    expect(screen.getByText(/GB18030/)).toBeInTheDocument();
    expect(screen.getByText(/列之间是逗号/)).toBeInTheDocument();
    expect(screen.getByRole("combobox", { name: "“老编号”放到" })).toBeInTheDocument();
  });

  it("tries first, then imports with the same map", async () => {
    await chosen();
    const map = { 姓名: "name", 手机号码: "phone", 老编号: "" };
    await userEvent.click(screen.getByRole("button", { name: "试一遍" }));
    expect(await screen.findByText("试一遍的结果")).toBeInTheDocument();
    expect(screen.getByText("1.59671E+10")).toBeInTheDocument();
    expect(screen.getByText(/号码被表格软件改成科学记数/)).toBeInTheDocument();
    const path = "C:\\表\\customers.csv";
    expect(asked).toHaveBeenCalledWith("import.start", { path, kind: "customers", map, dry_run: true });
    await userEvent.click(screen.getByRole("button", { name: "导入" }));
    expect(await screen.findByText("导入好了")).toBeInTheDocument();
    expect(asked).toHaveBeenCalledWith("import.start", { path, kind: "customers", map, dry_run: false });
  });

  it("asks anew when the kind is another", async () => {
    await chosen();
    // Ant Design covers the radio with its label: the pointer goes there.
    await userEvent.click(screen.getByText("销售"));
    await waitFor(() =>
      expect(asked).toHaveBeenCalledWith("import.inspect", { path: "C:\\表\\customers.csv", kind: "sales" }),
    );
  });

  it("shows how far it is and stops when asked", async () => {
    let finish: (reply: ImportSummary) => void = () => undefined;
    const running = new Promise<ImportSummary>((resolve) => (finish = resolve));
    answer({ ...core, "import.start": () => running as unknown as ImportSummary });
    await chosen();
    await userEvent.click(screen.getByRole("button", { name: "导入" }));
    await screen.findByText("正在读文件");
    act(() => announce("progress", { what: "import", done: 500, all: 1200 }));
    expect(screen.getByText("500 / 1,200 行")).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "停下" }));
    expect(asked).toHaveBeenCalledWith("import.cancel", null);
    finish(summary);
    expect(await screen.findByText("导入好了")).toBeInTheDocument();
  });

  it("says why a file cannot be read, and keeps the way open", async () => {
    answer({
      ...core,
      "import.inspect": () => {
        throw new Failure("file.unreadable", { path: "x" });
      },
    });
    await showAt(<Screen />);
    await userEvent.click(await screen.findByRole("button", { name: "选文件" }));
    expect(await screen.findByRole("alert")).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "选文件" })).toBeEnabled();
  });

  it.each(["zh-CN", "zh-TW", "en"] as const)("shows axe nothing to complain of in %s", async (language) => {
    const { container } = await chosen();
    act(() => chooseLanguage(language));
    expect(await violations(container)).toEqual([]);
  });
});
