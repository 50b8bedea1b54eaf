import type { QueryKey, UseQueryOptions } from "@tanstack/react-query";
import { useQueries } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import type { Failure } from "../../host/failure";

const blockSize = 100;

export interface RowWindows<Row> {
  rowAt: (index: number) => Row | undefined;
  /** The grid says which rows it shows. */
  onWindow: (first: number, last: number) => void;
  failure: Failure | null;
  retry: () => void;
}

/**
 * Rows by index, a hundred at a time, only those in sight. `block` makes the query for one block (see
 * `query/use.ts`); a touched tag refreshes the blocks on the screen and drops the rest.
 */
export function useRowWindows<Data, Row, Key extends QueryKey>(
  block: (first: number, count: number) => UseQueryOptions<Data, Failure, Data, Key>,
  rowsOf: (data: Data) => readonly Row[],
): RowWindows<Row> {
  const [[from, to], setBlocks] = useState<readonly [number, number]>([0, 0]);
  const onWindow = useCallback((first: number, last: number) => {
    const next = [
      Math.floor(Math.max(0, first) / blockSize),
      Math.floor(Math.max(0, last) / blockSize),
    ] as const;
    setBlocks((old) => (old[0] === next[0] && old[1] === next[1] ? old : next));
  }, []);
  const numbers = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  const results = useQueries({ queries: numbers.map((number) => block(number * blockSize, blockSize)) });
  return {
    rowAt(index) {
      const data = results[Math.floor(index / blockSize) - from]?.data;
      return data === undefined ? undefined : rowsOf(data)[index % blockSize];
    },
    onWindow,
    failure: results.find((result) => result.error !== null)?.error ?? null,
    retry: () => {
      for (const result of results) if (result.error !== null) void result.refetch();
    },
  };
}
