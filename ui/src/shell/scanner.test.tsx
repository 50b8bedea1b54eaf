import { act, fireEvent, render, screen } from "@testing-library/react";
import { useState } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { guardComposition } from "./composition";
import type { Press, Scan } from "./scanner";
import { listenForScans, ScanReader, useScans } from "./scanner";

function press(key: string, timeStamp: number, more: Partial<Press> = {}): Press {
  return {
    key,
    code: "",
    shiftKey: false,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    timeStamp,
    ...more,
  };
}

function read(keys: readonly Press[]): string | null {
  const reader = new ScanReader();
  return keys.reduce<string | null>((found, key) => reader.press(key).read ?? found, null);
}

const typed = (text: string, gap: number) => [...text].map((key, index) => press(key, index * gap));

describe("the reader", () => {
  it("takes a burst that ends in Enter", () => {
    expect(read([...typed("6901234567892", 8), press("Enter", 13 * 8)])).toBe("6901234567892");
  });
  it("leaves a hand alone, however fast", () => {
    expect(read([...typed("6901234567892", 45), press("Enter", 13 * 45)])).toBeNull();
    expect(read([...typed("6901", 8), press("Enter", 400)])).toBeNull();
    expect(read([...typed("88", 8), press("Enter", 20)])).toBeNull();
  });
  it("begins anew after a pause, a shortcut or an arrow", () => {
    expect(
      read([
        press("9", 0),
        ...typed("6901", 8).map((key) => ({ ...key, timeStamp: key.timeStamp + 500 })),
        press("Enter", 530),
      ]),
    ).toBe("6901");
    expect(read([...typed("6901", 8), press("ArrowLeft", 32), press("Enter", 40)])).toBeNull();
  });
  it("reads keys that an input method hides, by their place", () => {
    const hidden = ["KeyA", "Digit1", "Digit2", "Minus", "Numpad3"].map((code, index) =>
      press("Process", index * 5, { code, shiftKey: code === "KeyA" }),
    );
    expect(read([...hidden, press("Process", 25, { code: "Enter" })])).toBe("A12-3");
  });
});

describe("the window", () => {
  let stop: (() => void)[] = [];
  beforeEach(() => {
    stop = [listenForScans(globalThis.window), guardComposition(globalThis.window)];
  });
  afterEach(() => stop.forEach((one) => one()));

  function Field({ onScan, onEnter }: { onScan: (scan: Scan) => void; onEnter: () => void }) {
    const [text, setText] = useState("zl");
    useScans(onScan);
    return (
      <input
        aria-label="box"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") onEnter();
        }}
      />
    );
  }

  let clock = 0;
  /** Five milliseconds a key, however long drawing takes here. */
  function burst(field: HTMLInputElement, code: string, more: KeyboardEventInit = {}) {
    field.focus();
    clock += 10_000;
    for (const key of [...code, "Enter"]) {
      clock += 5;
      const down = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
      Object.defineProperty(down, "timeStamp", { value: clock });
      fireEvent(field, down);
      if (key.length === 1) fireEvent.change(field, { target: { value: field.value + key } });
    }
  }

  function drawn() {
    const onScan = vi.fn<(scan: Scan) => void>();
    const onEnter = vi.fn();
    render(<Field onScan={onScan} onEnter={onEnter} />);
    const field = screen.getByRole<HTMLInputElement>("textbox");
    return { onScan, onEnter, field };
  }

  it("keeps the Enter, and gives the field its text back", () => {
    const { onScan, onEnter, field } = drawn();
    burst(field, "69012345");
    expect(onEnter).not.toHaveBeenCalled();
    const scan = onScan.mock.calls[0]?.[0];
    expect(scan?.code).toBe("69012345");
    expect(field).toHaveValue("zl69012345");
    act(() => scan?.restore());
    expect(field).toHaveValue("zl");
  });
  it("passes the Enter on where it was no scan", () => {
    const { onScan, onEnter, field } = drawn();
    burst(field, "wangwu");
    onScan.mock.calls[0]?.[0].passOn();
    expect(onEnter).toHaveBeenCalledOnce();
    expect(onScan).toHaveBeenCalledOnce();
  });
  it("hears a scanner while an input method is on", () => {
    const { onScan, field } = drawn();
    burst(field, "69012345", { isComposing: true });
    expect(onScan.mock.calls[0]?.[0].code).toBe("69012345");
  });
});
