import { useSyncExternalStore } from "react";
import { setWindowTheme } from "../host/window";
import type { Scheme } from "./antd";

export type SchemeSetting = "system" | Scheme;

const place = "shuke.scheme";
const systemDark = globalThis.matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();

function stored(): SchemeSetting {
  const value = localStorage.getItem(place);
  return value === "light" || value === "dark" ? value : "system";
}

let setting = stored();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  systemDark.addEventListener("change", listener);
  return () => {
    listeners.delete(listener);
    systemDark.removeEventListener("change", listener);
  };
}

function current(): Scheme {
  if (setting !== "system") return setting;
  return systemDark.matches ? "dark" : "light";
}

/** The look in force: the system's, unless this device chose one. */
export function useScheme(): Scheme {
  return useSyncExternalStore(subscribe, current);
}

export function useSchemeSetting(): [SchemeSetting, (next: SchemeSetting) => void] {
  return [useSyncExternalStore(subscribe, () => setting), chooseScheme];
}

export function chooseScheme(next: SchemeSetting): void {
  setting = next;
  if (next === "system") localStorage.removeItem(place);
  else localStorage.setItem(place, next);
  void setWindowTheme(next === "system" ? null : next);
  listeners.forEach((listener) => listener());
}

/** The title bar takes the look that this device last had. */
export function restoreScheme(): void {
  if (setting !== "system") void setWindowTheme(setting);
}
