import type { Language } from "../i18n/language";

const latin = `"Segoe UI Variable Text","Segoe UI",-apple-system,"Noto Sans"`;

/** Fonts the systems already have; nothing is downloaded. */
export const fontFamily: Record<Language, string> = {
  // Names stay Chinese in English words: without a font named, each system picks its own, often a Japanese one.
  en: `${latin},"Microsoft YaHei UI","PingFang SC","Noto Sans CJK SC",sans-serif`,
  "zh-CN": `${latin},"Microsoft YaHei UI","PingFang SC","Noto Sans CJK SC",sans-serif`,
  "zh-TW": `${latin},"Microsoft JhengHei UI","PingFang TC","Noto Sans CJK TC",sans-serif`,
};
