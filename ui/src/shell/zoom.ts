import { setZoom } from "../host/window";

const place = "shuke.zoom";
const steps = [0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2] as const;

function kept(): number {
  const value = Number(localStorage.getItem(place));
  return steps.find((step) => step === value) ?? 1;
}

let current = kept();

function apply(next: number): void {
  current = next;
  localStorage.setItem(place, String(next));
  void setZoom(next);
}

/** One step larger or smaller; 0 returns to the plain size. */
export function zoomBy(direction: -1 | 0 | 1): void {
  const index = steps.findIndex((step) => step === current);
  apply(direction === 0 ? 1 : (steps[Math.min(steps.length - 1, Math.max(0, index + direction))] ?? 1));
}

/** The size this device last had. */
export function restoreZoom(): void {
  if (current !== 1) void setZoom(current);
}
