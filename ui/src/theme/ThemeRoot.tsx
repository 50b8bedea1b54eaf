import { ConfigProvider } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import zhTW from "antd/locale/zh_TW";
import { useLayoutEffect, useMemo } from "react";
import type { ReactNode } from "react";
import type { Language } from "../i18n/language";
import { useLanguage } from "../i18n/language";
import { antdTheme } from "./antd";
import type { Density } from "./antd";
import { applyPalette } from "./css";
import { fontFamily } from "./fonts";
import { dark, light } from "./palette";
import { useScheme } from "./scheme";

const packs: Record<Language, typeof zhCN> = { "zh-CN": zhCN, "zh-TW": zhTW, en: enUS };
/** Without this Ant Design puts a blank between two Chinese characters: 挂单 would read 挂 单. */
const asWritten = { autoInsertSpace: false };

function useAntdTheme(density: Density) {
  const scheme = useScheme();
  const language = useLanguage();
  return useMemo(
    () => antdTheme(scheme === "dark" ? dark : light, scheme, fontFamily[language], density),
    [scheme, language, density],
  );
}

/** Colours, fonts and component words of the whole window. */
export function ThemeRoot({ children }: { children: ReactNode }) {
  const scheme = useScheme();
  const language = useLanguage();
  const config = useAntdTheme("desk");
  useLayoutEffect(() => {
    const root = document.documentElement;
    applyPalette(root, scheme === "dark" ? dark : light, scheme);
    root.style.setProperty("--font", fontFamily[language]);
    root.lang = language;
  }, [scheme, language]);
  return (
    <ConfigProvider theme={config} locale={packs[language]} button={asWritten}>
      {children}
    </ConfigProvider>
  );
}

/** The counter's larger sizes; colours stay. */
export function TouchSizes({ children }: { children: ReactNode }) {
  return <ConfigProvider theme={useAntdTheme("touch")}>{children}</ConfigProvider>;
}
