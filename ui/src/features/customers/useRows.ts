import { keepPreviousData, queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import type { CustomerRow, View, ViewRequest, Window } from "../../bindings/app";
import { call } from "../../host/call";
import type { Failure } from "../../host/failure";
import type { RowWindows } from "../../parts/grid/windows";
import { useRowWindows } from "../../parts/grid/windows";
import { reading } from "../../query/use";
import type { Wanted } from "./wanted";

/** A view lives in the core until the next one replaces it, so none is kept here once it is out of sight. */
const momentary = { gcTime: 0, staleTime: 0 } as const;

export function viewRequest(wanted: Pick<Wanted, "conditions" | "sort" | "text">): ViewRequest {
  const text = wanted.text.trim();
  return {
    conditions: [...wanted.conditions],
    sort: { key: wanted.sort.by, descending: wanted.sort.descending },
    ...(text === "" ? {} : { text }),
  };
}

const rowsOf = (window: Window): readonly CustomerRow[] => window.rows;

export interface Rows extends RowWindows<CustomerRow> {
  view: View | undefined;
}

/** The list that was asked for: how many there are, and rows of it as they come into sight. */
export function useRows(wanted: Wanted): Rows {
  const client = useQueryClient();
  const request = viewRequest(wanted);
  const view = useQuery({
    ...reading("customer.view", request),
    ...momentary,
    placeholderData: keepPreviousData,
  });
  const id = view.data?.view;
  const windows = useRowWindows<
    Window,
    CustomerRow,
    readonly ["customer.window", { view: number; from: number; count: number }]
  >((from, count) => {
    const asked = { view: id ?? 0, from, count };
    return queryOptions<Window, Failure, Window, readonly ["customer.window", typeof asked]>({
      ...reading("customer.window", asked),
      gcTime: 30_000,
      enabled: id !== undefined,
      async queryFn() {
        const window = await call("customer.window", asked);
        // Another view took its place meanwhile (a second window, a change from outside): ask for a new one.
        if (window.stale) void client.invalidateQueries({ queryKey: ["customer.view"] });
        return window;
      },
    });
  }, rowsOf);
  return {
    ...windows,
    view: view.data,
    failure: view.error ?? windows.failure,
    retry() {
      if (view.error !== null) void view.refetch();
      windows.retry();
    },
  };
}
