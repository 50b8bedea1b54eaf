import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { language, languages, onLanguage } from "./language";
import { packOf } from "./packs";

void i18next.use(initReactI18next).init({
  resources: {},
  lng: language(),
  supportedLngs: [...languages],
  // Every language has every key (`cargo xtask tidy`), so that none stands in for another.
  fallbackLng: false,
  defaultNS: "common",
  initAsync: false,
  // React escapes what it shows.
  interpolation: { escapeValue: false },
  returnNull: false,
});

/** Speaks the language in force, which has been read in. */
export function speak(): void {
  const tag = language();
  for (const [namespace, words] of Object.entries(packOf(tag).words)) {
    if (!i18next.hasResourceBundle(tag, namespace)) i18next.addResourceBundle(tag, namespace, words);
  }
  if (i18next.language !== tag) void i18next.changeLanguage(tag);
}

onLanguage(speak);

export { i18next };
