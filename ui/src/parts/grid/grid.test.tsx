import { fireEvent, screen } from "@testing-library/react";
import { useState } from "react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { violations } from "../../test/axe";
import { show } from "../../test/show";
import type { Column } from "./columns";
import { useColumns } from "./columns";
import { Grid } from "./Grid";
import type { Sort } from "./GridHead";
import { gridIntent } from "./keyboard";
import type { Ranges } from "./ranges";
import { add, all, has, none, remove, size, toggle } from "./ranges";
import { clampOffset, reveal, scaleOf, spaceFor, tallest } from "./scale";

describe("ranges", () => {
  it("grows, splits and counts", () => {
    let chosen = add(add(none, 2, 4), 6, 8);
    chosen = add(chosen, 4, 6);
    expect(chosen).toEqual([[2, 8]]);
    chosen = toggle(chosen, 5);
    expect(chosen).toEqual([
      [2, 5],
      [6, 8],
    ]);
    expect(size(chosen)).toBe(5);
    expect(has(chosen, 5)).toBe(false);
    expect(remove(all(1_000_000), 0, 999_999)).toEqual([[999_999, 1_000_000]]);
  });
  it("agrees with a plain set, whatever is done to it", () => {
    let chosen: Ranges = none;
    const plain = new Set<number>();
    let seed = 7;
    for (let step = 0; step < 400; step += 1) {
      seed = (seed * 48_271) % 2_147_483_647;
      const from = seed % 60;
      const to = from + 1 + (seed % 7);
      const adds = seed % 3 !== 0;
      chosen = adds ? add(chosen, from, to) : remove(chosen, from, to);
      for (let row = from; row < to; row += 1) {
        if (adds) plain.add(row);
        else plain.delete(row);
      }
      expect(size(chosen)).toBe(plain.size);
      for (let row = 0; row < 70; row += 1) expect(has(chosen, row)).toBe(plain.has(row));
    }
  });
});

describe("scale", () => {
  const extent = { total: 32_000_000, view: 600 };
  it("never asks an engine for more than it can draw, and reaches the last row", () => {
    expect(spaceFor(extent)).toBe(tallest);
    const barEnd = tallest - extent.view;
    expect(barEnd * scaleOf(extent)).toBeCloseTo(extent.total - extent.view, 3);
    expect(scaleOf({ total: 14_000_000, view: 600 })).toBe(1);
  });
  it("moves only as far as it must", () => {
    expect(reveal(0, 32, 1000, extent)).toBe(0);
    expect(reveal(40, 32, 1000, extent)).toBe(1000);
    expect(reveal(999_999, 32, 0, extent)).toBe(extent.total - extent.view);
    expect(clampOffset(1e12, extent)).toBe(extent.total - extent.view);
    expect(clampOffset(5, { total: 10, view: 600 })).toBe(0);
  });
});

describe("keyboard", () => {
  const dims = { rows: 100, columns: 5, page: 10 };
  const at = { row: 50, column: 2 };
  const press = (key: string, shift = false, mod = false) => gridIntent(at, { key, shift, mod }, dims);
  it.each([
    ["ArrowDown", false, { row: 51, column: 2 }],
    ["ArrowUp", false, { row: 49, column: 2 }],
    ["ArrowLeft", false, { row: 50, column: 1 }],
    ["ArrowRight", false, { row: 50, column: 3 }],
    ["PageDown", false, { row: 60, column: 2 }],
    ["PageUp", false, { row: 40, column: 2 }],
    ["Home", false, { row: 50, column: 0 }],
    ["End", false, { row: 50, column: 4 }],
    ["Home", true, { row: 0, column: 0 }],
    ["End", true, { row: 99, column: 4 }],
    ["ArrowDown", true, { row: 99, column: 2 }],
    ["ArrowUp", true, { row: 0, column: 2 }],
  ])("%s (with Ctrl: %s)", (key, mod, to) => {
    expect(press(key, false, mod)).toEqual({ do: "move", to, extend: false });
  });
  it("extends with Shift, ticks, opens, sorts and widens", () => {
    expect(press("ArrowDown", true)).toMatchObject({ do: "move", extend: true });
    expect(press(" ")).toEqual({ do: "tick" });
    expect(press("Enter")).toEqual({ do: "open" });
    expect(press("a", false, true)).toEqual({ do: "all" });
    const head = { row: -1, column: 2 };
    expect(gridIntent(head, { key: "Enter", shift: false, mod: false }, dims)).toEqual({ do: "sort" });
    expect(gridIntent(head, { key: "ArrowRight", shift: true, mod: false }, dims)).toEqual({
      do: "widen",
      by: 8,
    });
  });
  it("leaves other keys alone and stays inside", () => {
    expect(press("F2")).toBeNull();
    expect(press("x")).toBeNull();
    expect(gridIntent({ row: 99, column: 4 }, { key: "ArrowDown", shift: false, mod: false }, dims)).toEqual({
      do: "move",
      to: { row: 99, column: 4 },
      extend: false,
    });
  });
});

interface Row {
  id: number;
}

const columns: readonly Column<Row>[] = [
  { id: "name", title: "姓名", width: 92, sortable: true, fixed: true, cell: (row) => `第${row.id}位` },
  { id: "points", title: "积分", width: 72, end: true, cell: (row) => row.id * 10 },
];

const opened = vi.fn();
const sorted = vi.fn();
const windows = vi.fn();

function Table({ count = 1_000_000 }: { count?: number }) {
  const layout = useColumns("test", columns);
  const [selection, setSelection] = useState<Ranges>(none);
  const [sort, setSort] = useState<Sort>({ by: "name", descending: false });
  return (
    <>
      <Grid
        label="客户"
        count={count}
        layout={layout}
        rowAt={(index) => (index === 3 ? undefined : { id: index })}
        onWindow={windows}
        selection={selection}
        onSelection={setSelection}
        sort={sort}
        onSort={(next) => {
          sorted(next);
          setSort(next);
        }}
        onOpen={opened}
      />
      <output>{JSON.stringify(selection)}</output>
    </>
  );
}

describe("the grid", () => {
  beforeEach(() => {
    localStorage.clear();
    opened.mockClear();
    sorted.mockClear();
    windows.mockClear();
    // jsdom lays nothing out: the grid is told that it is 354 px tall, ten rows and the head.
    vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(354);
    vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(800);
  });

  const focused = () =>
    document.getElementById(screen.getByRole("grid").getAttribute("aria-activedescendant") ?? "");
  const press = (key: string, with_: object = {}) =>
    fireEvent.keyDown(screen.getByRole("grid"), { key, ...with_ });

  it("draws what is seen of a million rows and says how many there are", () => {
    show(<Table />);
    expect(screen.getByRole("grid")).toHaveAttribute("aria-rowcount", "1000001");
    expect(screen.getAllByRole("row").length).toBeLessThan(30);
    expect(windows).toHaveBeenLastCalledWith(0, 9);
    expect(screen.getByText("第0位")).toBeInTheDocument();
  });

  it("is one tab stop whose focus moves by arrows", () => {
    show(<Table />);
    press("ArrowDown");
    press("ArrowRight");
    expect(focused()).toHaveTextContent("10");
    expect(document.querySelectorAll("[tabindex='0']")).toHaveLength(1);
  });

  it("reaches the last row, and points at a cell that exists", () => {
    show(<Table />);
    press("End", { ctrlKey: true });
    press("Home");
    expect(focused()).toHaveTextContent("第999999位");
    expect(windows).toHaveBeenLastCalledWith(999_990, 999_999);
  });

  it("chooses a range with Shift, from where it began, back and forth", () => {
    show(<Table />);
    press("ArrowDown");
    press("ArrowDown", { shiftKey: true });
    press("ArrowDown", { shiftKey: true });
    expect(screen.getByText("[[1,4]]")).toBeInTheDocument();
    press("ArrowUp", { shiftKey: true });
    expect(screen.getByText("[[1,3]]")).toBeInTheDocument();
    press("Escape");
    expect(screen.getByText("[]")).toBeInTheDocument();
  });

  it("chooses with the mouse: tick, Ctrl, Shift, all", () => {
    const { container } = show(<Table />);
    const row = (index: number) => container.querySelector(`[data-row="${index}"]`) ?? document.body;
    fireEvent.click(row(2).querySelector("[data-tick]") ?? document.body);
    fireEvent.click(row(6).querySelector("[data-column]") ?? document.body, { ctrlKey: true });
    expect(screen.getByText("[[2,3],[6,7]]")).toBeInTheDocument();
    fireEvent.click(row(8).querySelector("[data-column]") ?? document.body, { shiftKey: true });
    expect(screen.getByText("[[6,9]]")).toBeInTheDocument();
    fireEvent.click(row(-1).querySelector("[data-tick]") ?? document.body);
    expect(screen.getByText("[[0,1000000]]")).toBeInTheDocument();
  });

  it("opens by Enter and by two clicks, sorts by the head", () => {
    show(<Table />);
    press("ArrowDown");
    press("Enter");
    fireEvent.doubleClick(screen.getByText("第4位"));
    expect(opened.mock.calls).toEqual([[1], [4]]);
    fireEvent.click(screen.getByRole("columnheader", { name: /姓名/ }));
    expect(sorted).toHaveBeenCalledWith({ by: "name", descending: true });
    expect(screen.getByRole("columnheader", { name: /姓名/ })).toHaveAttribute("aria-sort", "descending");
  });

  it("widens a column by keyboard and keeps the width", () => {
    show(<Table />);
    press("ArrowUp");
    press("ArrowRight", { shiftKey: true });
    expect(screen.getByRole("grid").style.getPropertyValue("--columns")).toContain("100px");
    expect(localStorage.getItem("shuke.columns.test")).toContain('"name":100');
  });

  it("shows a grey bar where a row has not come yet", () => {
    const { container } = show(<Table />);
    const row = container.querySelector('[data-row="3"]');
    expect(row).toHaveAttribute("aria-busy", "true");
    expect(row?.querySelectorAll(".skel")).toHaveLength(2);
  });

  it("survives having no rows", () => {
    show(<Table count={0} />);
    press("ArrowDown");
    press("End", { ctrlKey: true });
    expect(screen.getAllByRole("row")).toHaveLength(1);
  });

  it("has no axe violation", async () => {
    const { container } = show(<Table />);
    expect(await violations(container)).toEqual([]);
  });
});
