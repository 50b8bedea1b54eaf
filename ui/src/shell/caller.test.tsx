import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  Outlet,
  RouterProvider,
} from "@tanstack/react-router";
import { screen } from "@testing-library/react";
import { useRef, useState } from "react";
import { describe, expect, it, vi } from "vitest";
import { answer } from "../test/core";
import { show } from "../test/show";
import { Caller } from "./Caller";
import { useSearchTarget } from "./searchFocus";

vi.mock("../host/call", () => import("../test/core"));
vi.stubGlobal("scrollTo", () => undefined);

function Box() {
  const box = useRef<HTMLInputElement>(null);
  const [text, setText] = useState("");
  useSearchTarget(box);
  return (
    <>
      <input ref={box} aria-label="search" value={text} onChange={(event) => setText(event.target.value)} />
      <output>{text}</output>
    </>
  );
}

async function call(number: string) {
  const root = createRootRoute({ component: () => <Outlet /> });
  const parts = { "/call/$number": Caller, "/counter": Box, "/customers/$id": () => null };
  const router = createRouter({
    routeTree: root.addChildren(
      Object.entries(parts).map(([path, component]) =>
        createRoute({ getParentRoute: () => root, path, component }),
      ),
    ),
    history: createMemoryHistory({ initialEntries: [`/call/${number}`] }),
  });
  await router.load();
  show(<RouterProvider router={router as never} />);
  return () => router.state.location.pathname;
}

describe("a number handed over by a link", () => {
  it("r31_opens_the_file_of_whoever_is_known_by_it", async () => {
    answer({
      "customer.by_phone": ({ phone }) => ({ phone, customers: phone === "+8613800138000" ? ["7"] : [] }),
    });
    const address = await call("%2B8613800138000");
    await vi.waitFor(() => expect(address()).toBe("/customers/7"));
  });

  it.each([
    ["nobody", []],
    ["two people", ["7", "8"]],
  ])("looks at the counter when it is known by %s", async (_, customers) => {
    answer({ "customer.by_phone": ({ phone }) => ({ phone, customers }) });
    const address = await call("13800138000");
    await vi.waitFor(() => expect(address()).toBe("/counter"));
    expect(await screen.findByText("13800138000")).toBeVisible();
    expect(screen.getByLabelText("search")).toHaveFocus();
  });
});
