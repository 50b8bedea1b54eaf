import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { language, languages, onLanguage } from "./language";

/** All three languages ship in the window: a switch needs no load, and no screen shows a key in between. */
const files = import.meta.glob<Record<string, unknown>>("../../../locales/{zh-CN,zh-TW,en}/*.json", {
  eager: true,
  import: "default",
});

function resources(): Record<string, Record<string, Record<string, unknown>>> {
  const all: Record<string, Record<string, Record<string, unknown>>> = {};
  for (const [path, words] of Object.entries(files)) {
    const [, tag, namespace] = /([^/]+)\/([^/]+)\.json$/.exec(path) ?? [];
    if (tag !== undefined && namespace !== undefined) (all[tag] ??= {})[namespace] = words;
  }
  return all;
}

void i18next.use(initReactI18next).init({
  resources: resources(),
  lng: language(),
  supportedLngs: [...languages],
  fallbackLng: "zh-CN",
  defaultNS: "common",
  initAsync: false,
  // React escapes what it shows.
  interpolation: { escapeValue: false },
  returnNull: false,
});

onLanguage(() => {
  void i18next.changeLanguage(language());
});

export { i18next };
