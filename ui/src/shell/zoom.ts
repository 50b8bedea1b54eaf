import { useSyncExternalStore } from "react";
import { setZoom } from "../host/window";

const place = "shuke.zoom";
export const zoomSteps = [0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2] as const;

function kept(): number {
  const value = Number(localStorage.getItem(place));
  return zoomSteps.find((step) => step === value) ?? 1;
}

let current = kept();
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function apply(next: number): void {
  current = next;
  localStorage.setItem(place, String(next));
  void setZoom(next);
  listeners.forEach((listener) => listener());
}

/** One step larger or smaller; 0 returns to the plain size. */
export function zoomBy(direction: -1 | 0 | 1): void {
  const index = zoomSteps.findIndex((step) => step === current);
  apply(
    direction === 0 ? 1 : (zoomSteps[Math.min(zoomSteps.length - 1, Math.max(0, index + direction))] ?? 1),
  );
}

/** The size this device last had. */
export function restoreZoom(): void {
  if (current !== 1) void setZoom(current);
}

/** The size in force; 1 is the natural one. */
export function useZoom(): number {
  return useSyncExternalStore(subscribe, () => current);
}

/** One of the steps, chosen outright. */
export function chooseZoom(step: number): void {
  apply(zoomSteps.find((one) => one === step) ?? 1);
}
