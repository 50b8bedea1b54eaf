import { act, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Failure } from "../host/failure";
import type { SyncStatus } from "../bindings/app";
import { violations } from "../test/axe";
import { announce, answer, asked } from "../test/core";
import { show } from "../test/show";
import { Closing } from "./Closing";

vi.mock("../host/call", () => import("../test/core"));
const closed = vi.fn<() => Promise<void>>();
vi.mock("../host/window", () => ({ closeWindow: () => closed() }));

const status: SyncStatus = {
  state: "waiting",
  enrolled: true,
  server: "https://10.0.0.2:4810",
  outbox_count: 3,
  conflicts: 0,
  oldest_at: 0,
  last_pull_at: 0,
  last_sync_at: 0,
  pulling: null,
  problem: null,
  range: null,
};

async function ask() {
  const drawn = show(<Closing />);
  expect(screen.queryByRole("dialog")).toBeNull();
  act(() => announce("closing", null));
  await screen.findByText("3 changes have not been sent");
  return drawn;
}

describe("closing with unsent work", () => {
  beforeEach(() => {
    closed.mockReset().mockResolvedValue(undefined);
    answer({
      "sync.status": () => status,
      "sync.now": () => ({ pushed: 3, pulled: 0, conflicts: 0, cursor: 3, seconds: 0 }),
    });
  });

  it("sends first when Enter is pressed", async () => {
    await ask();
    await userEvent.keyboard("{Enter}");
    await vi.waitFor(() => expect(closed).toHaveBeenCalledOnce());
    expect(asked).toHaveBeenCalledWith("sync.now", null);
  });

  it("stays when Escape is pressed", async () => {
    await ask();
    await userEvent.keyboard("{Escape}");
    await vi.waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(closed).not.toHaveBeenCalled();
  });

  it("closes without sending when told to", async () => {
    await ask();
    await userEvent.click(screen.getByTestId("close-anyway"));
    expect(closed).toHaveBeenCalledOnce();
    expect(asked).not.toHaveBeenCalledWith("sync.now", null);
  });

  it("stays open and says why when nothing could be sent", async () => {
    answer({
      "sync.status": () => status,
      "sync.now": () => {
        throw new Failure("server.unreachable");
      },
    });
    await ask();
    await userEvent.keyboard("{Enter}");
    expect(await screen.findByRole("alert")).toHaveTextContent(/server/i);
    expect(closed).not.toHaveBeenCalled();
  });

  it("shows no violation", async () => {
    const { baseElement } = await ask();
    expect(await violations(baseElement)).toEqual([]);
  });
});
