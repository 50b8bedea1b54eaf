import { fireEvent } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { show } from "../test/show";
import { guardComposition } from "./composition";
import { listenForKeys, useKeys } from "./hotkeys";

const pay = vi.fn();
const inField = vi.fn();

function Screen() {
  useKeys({ "counter.pay": pay, "counter.attach": pay });
  return <input aria-label="name" onKeyDown={inField} />;
}

let stops: (() => void)[] = [];

beforeEach(() => {
  pay.mockClear();
  inField.mockClear();
  stops = [guardComposition(window), listenForKeys(window)];
});
afterEach(() => stops.forEach((stop) => stop()));

describe("while an input method composes nothing else fires", () => {
  it("keeps keys from everybody between start and end", () => {
    const field = show(<Screen />).getByLabelText("name");
    fireEvent.compositionStart(field);
    fireEvent.keyDown(field, { key: "Enter", code: "Enter" });
    fireEvent.keyDown(field, { key: "F9", code: "F9" });
    fireEvent.compositionEnd(field);
    expect(pay).not.toHaveBeenCalled();
    expect(inField).not.toHaveBeenCalled();
  });

  it("keeps the Enter that ends a composition, which WebKit sends after it, as 229", () => {
    const field = show(<Screen />).getByLabelText("name");
    fireEvent.compositionStart(field);
    fireEvent.compositionEnd(field);
    fireEvent.keyDown(field, { key: "Enter", code: "Enter", keyCode: 229 });
    expect(pay).not.toHaveBeenCalled();
    expect(inField).not.toHaveBeenCalled();
  });

  it("keeps a press marked isComposing even without events", () => {
    const field = show(<Screen />).getByLabelText("name");
    fireEvent.keyDown(field, { key: "Enter", code: "Enter", isComposing: true });
    expect(pay).not.toHaveBeenCalled();
  });

  it("swallows the release of a key it took, and only that", () => {
    const up = vi.fn();
    const field = show(<input aria-label="name" onKeyUp={up} />).getByLabelText("name");
    fireEvent.keyDown(field, { key: "Process", code: "Enter", keyCode: 229 });
    fireEvent.keyUp(field, { key: "Enter", code: "Enter", keyCode: 13 });
    expect(up).not.toHaveBeenCalled();
    fireEvent.keyUp(field, { key: "a", code: "KeyA", keyCode: 65 });
    expect(up).toHaveBeenCalledOnce();
  });

  it("lets keys through when nothing composes", () => {
    const field = show(<Screen />).getByLabelText("name");
    fireEvent.keyDown(field, { key: "F9", code: "F9", keyCode: 120 });
    fireEvent.keyDown(field, { key: "Enter", code: "Enter", keyCode: 13 });
    expect(pay).toHaveBeenCalledTimes(2);
    expect(inField).toHaveBeenCalledTimes(2);
  });
});
