import type { Language } from "../i18n/language";

interface Faces {
  simplified: string;
  traditional: string;
}

/**
 * Fonts the systems already have; nothing is downloaded. Each system is given its own names alone: to learn that a
 * font is missing takes up to 25 ms under Linux, and the first picture waits for it.
 */
const faces: Record<"windows" | "mac" | "linux", Faces> = {
  windows: {
    simplified: '"Segoe UI Variable Text","Segoe UI","Microsoft YaHei UI"',
    traditional: '"Segoe UI Variable Text","Segoe UI","Microsoft JhengHei UI"',
  },
  mac: { simplified: '-apple-system,"PingFang SC"', traditional: '-apple-system,"PingFang TC"' },
  linux: { simplified: '"Noto Sans CJK SC"', traditional: '"Noto Sans CJK TC"' },
};

function systemOf(agent: string): keyof typeof faces {
  if (agent.includes("Windows")) return "windows";
  return agent.includes("Mac OS X") ? "mac" : "linux";
}

const { simplified, traditional } = faces[systemOf(navigator.userAgent)];

export const fontFamily: Record<Language, string> = {
  // Names stay Chinese in English words: without a font named, each system picks its own, often a Japanese one.
  en: `${simplified},sans-serif`,
  "zh-CN": `${simplified},sans-serif`,
  "zh-TW": `${traditional},sans-serif`,
};
