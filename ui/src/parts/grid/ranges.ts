/** Chosen rows as sorted, disjoint, half-open runs: a million ticked rows are one pair of numbers. */
export type Ranges = readonly (readonly [from: number, to: number])[];

export const none: Ranges = [];

export function all(count: number): Ranges {
  return count > 0 ? [[0, count]] : none;
}

export function has(ranges: Ranges, row: number): boolean {
  let low = 0;
  let high = ranges.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const [from, to] = ranges[middle] ?? [0, 0];
    if (row < from) high = middle - 1;
    else if (row >= to) low = middle + 1;
    else return true;
  }
  return false;
}

export function size(ranges: Ranges): number {
  return ranges.reduce((sum, [from, to]) => sum + to - from, 0);
}

/** Adds the run; neighbours grow together. */
export function add(ranges: Ranges, from: number, to: number): Ranges {
  if (from >= to) return ranges;
  const before = ranges.filter(([, end]) => end < from);
  const after = ranges.filter(([start]) => start > to);
  const touched = ranges.filter(([start, end]) => end >= from && start <= to);
  const start = Math.min(from, ...touched.map(([one]) => one));
  const end = Math.max(to, ...touched.map(([, one]) => one));
  return [...before, [start, end], ...after];
}

export function remove(ranges: Ranges, from: number, to: number): Ranges {
  return ranges.flatMap(([start, end]): (readonly [number, number])[] => {
    if (end <= from || start >= to) return [[start, end]];
    const left = start < from ? ([[start, from]] as const) : [];
    const right = end > to ? ([[to, end]] as const) : [];
    return [...left, ...right];
  });
}

export function toggle(ranges: Ranges, row: number): Ranges {
  return has(ranges, row) ? remove(ranges, row, row + 1) : add(ranges, row, row + 1);
}

/** The run between two rows, both included, whichever comes first. */
export function between(a: number, b: number): readonly [from: number, to: number] {
  return [Math.min(a, b), Math.max(a, b) + 1];
}
