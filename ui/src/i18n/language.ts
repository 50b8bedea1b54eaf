import { useSyncExternalStore } from "react";
import { shellLanguage } from "../host/language";
import { hasPack, readPack } from "./packs";

export const languages = ["zh-CN", "zh-TW", "en"] as const;
export type Language = (typeof languages)[number];

const place = "shuke.language";
const listeners = new Set<() => void>();

/** The nearest of our languages to what the system asks for; Chinese is the product's own. */
export function nearest(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const lower = tag.toLowerCase();
    if (/^zh-(tw|hk|mo|hant)/.test(lower)) return "zh-TW";
    if (lower.startsWith("zh")) return "zh-CN";
    if (lower.startsWith("en")) return "en";
  }
  return "zh-CN";
}

function first(): Language {
  const wanted = localStorage.getItem(place) ?? shellLanguage;
  return languages.find((language) => language === wanted) ?? nearest(navigator.languages);
}

let current = first();

export function language(): Language {
  return current;
}

export function onLanguage(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useLanguage(): Language {
  return useSyncExternalStore(onLanguage, language);
}

function takeUp(next: Language): void {
  current = next;
  listeners.forEach((listener) => listener());
}

/** Takes effect everywhere, at once but for the first second of a window; kept on this device. */
export function chooseLanguage(next: Language): void {
  localStorage.setItem(place, next);
  if (hasPack(next)) takeUp(next);
  else void readPack(next).then(() => takeUp(next));
}
