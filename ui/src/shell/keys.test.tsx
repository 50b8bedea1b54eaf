import { act, fireEvent } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { show } from "../test/show";
import { dispatch, useKeys, useShownCaps } from "./hotkeys";
import type { Stroke } from "./keys";
import { keyIds, keyRow, matches, writeKey } from "./keys";

function stroke(key: string, with_: Partial<Stroke> = {}): Stroke {
  return { key, code: "", ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...with_ };
}

describe("chords", () => {
  it("means Ctrl here and ⌘ on a Mac", () => {
    expect(matches("Mod+N", stroke("n", { ctrlKey: true }), false)).toBe(true);
    expect(matches("Mod+N", stroke("n", { metaKey: true }), true)).toBe(true);
    expect(matches("Mod+N", stroke("n", { ctrlKey: true }), true)).toBe(false);
    expect(matches("Mod+N", stroke("n"), false)).toBe(false);
  });
  it("puts F2 to F9 on ⌘2 to ⌘9 on a Mac", () => {
    expect(matches("F9", stroke("9", { metaKey: true }), true)).toBe(true);
    expect(matches("F9", stroke("F9"), true)).toBe(false);
    expect(matches("F9", stroke("F9"), false)).toBe(true);
    expect(writeKey("counter.pay", true)).toBe("⌘9");
    expect(writeKey("counter.pay", false)).toBe("F9");
  });
  it("goes by the place of the key with Alt, which types å on a Mac", () => {
    expect(matches("Alt+A", stroke("å", { altKey: true, code: "KeyA" }), true)).toBe(true);
  });
  it("takes the full-width signs a Chinese keyboard sends", () => {
    expect(matches("?", stroke("？", { shiftKey: true }), false)).toBe(true);
    expect(matches("/", stroke("、"), false)).toBe(true);
  });
  it("is another chord with Shift", () => {
    expect(matches("ArrowDown", stroke("ArrowDown", { shiftKey: true }), false)).toBe(false);
    expect(matches("Enter", stroke("Enter", { shiftKey: true }), false)).toBe(false);
  });
  it("writes caps as the language shows them", () => {
    expect(writeKey("counter.create", false)).toBe("Ctrl N");
    expect(writeKey("customer.back", false)).toBe("Alt ←");
    expect(writeKey("counter.clear", false)).toBe("Esc");
    expect(writeKey("shell.search", false)).toBe("/");
  });
  it("gives no chord two meanings within one room", () => {
    const rooms = new Map<string, string>();
    for (const id of keyIds) {
      for (const chord of keyRow(id).on) {
        const room = `${id.split(".")[0] ?? ""} ${chord}`;
        expect(rooms.get(room), room).toBeUndefined();
        rooms.set(room, id);
      }
    }
  });
});

function Screen({ on, modal = false }: { on: () => void; modal?: boolean }) {
  useKeys({ "counter.pay": on, "customer.note": on }, { modal });
  return <input aria-label="field" />;
}

function Caps() {
  return <p>{useShownCaps().join(" ")}</p>;
}

function press(target: Element, key: string): boolean {
  let taken = false;
  const heard = (event: KeyboardEvent) => (taken = dispatch(event, false));
  window.addEventListener("keydown", heard);
  act(() => {
    fireEvent.keyDown(target, { key });
  });
  window.removeEventListener("keydown", heard);
  return taken;
}

describe("dispatch", () => {
  it("keeps plain letters for the field and F keys for the screen", () => {
    const on = vi.fn();
    const field = show(<Screen on={on} />).getByLabelText("field");
    expect(press(field, "n")).toBe(false);
    expect(press(document.body, "n")).toBe(true);
    expect(press(field, "F9")).toBe(true);
    expect(on).toHaveBeenCalledTimes(2);
  });
  it("gives nothing to what lies under a dialog", () => {
    const under = vi.fn();
    const over = vi.fn();
    show(
      <>
        <Screen on={under} />
        <Screen on={over} modal />
      </>,
    );
    press(document.body, "F9");
    expect(press(document.body, "F2")).toBe(false);
    expect(over).toHaveBeenCalledOnce();
    expect(under).not.toHaveBeenCalled();
  });
  it("shows the caps of what works now, in the table's order, and takes them away", () => {
    const shown = show(
      <>
        <Screen on={() => undefined} />
        <Caps />
      </>,
    );
    expect(shown.getByText("counter.pay customer.note")).toBeInTheDocument();
    shown.unmount();
    expect(show(<Caps />).container).toHaveTextContent(/^$/);
  });
});
