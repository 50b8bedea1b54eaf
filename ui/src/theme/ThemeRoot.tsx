import { ConfigProvider } from "antd";
import type { ThemeConfig } from "antd";
import { useLayoutEffect, useMemo } from "react";
import type { ReactNode } from "react";
import { useLanguage } from "../i18n/language";
import { packOf } from "../i18n/packs";
import { antdTheme, lookName } from "./antd";
import type { Density, Scheme } from "./antd";
import { applyPalette } from "./css";
import { fontFamily } from "./fonts";
import { dark, light } from "./palette";
import { useScheme } from "./scheme";

/** Without this Ant Design puts a blank between two Chinese characters: 挂单 would read 挂 单. */
const asWritten = { autoInsertSpace: false };

/** In the product the build has computed each look (build/still.ts), and only its name is said. */
function look(scheme: Scheme, density: Density): ThemeConfig {
  if (import.meta.env.PROD) return { cssVar: { key: lookName(scheme, density) }, zeroRuntime: true };
  return antdTheme(scheme === "dark" ? dark : light, scheme, density);
}

function useLook(density: Density): ThemeConfig {
  const scheme = useScheme();
  return useMemo(() => look(scheme, density), [scheme, density]);
}

/** Colours, fonts and component words of the whole window. */
export function ThemeRoot({ children }: { children: ReactNode }) {
  const scheme = useScheme();
  const language = useLanguage();
  const theme = useLook("desk");
  useLayoutEffect(() => {
    const root = document.documentElement;
    applyPalette(root, scheme === "dark" ? dark : light, scheme);
    root.style.setProperty("--font", fontFamily[language]);
    root.lang = language;
  }, [scheme, language]);
  return (
    <ConfigProvider theme={theme} locale={packOf(language).antd} button={asWritten}>
      {children}
    </ConfigProvider>
  );
}

/** The counter's larger sizes; colours stay. */
export function TouchSizes({ children }: { children: ReactNode }) {
  return <ConfigProvider theme={useLook("touch")}>{children}</ConfigProvider>;
}
