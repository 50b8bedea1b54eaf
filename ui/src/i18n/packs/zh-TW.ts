import antd from "antd/es/locale/zh_TW";

export { antd };

export const files = import.meta.glob<Record<string, unknown>>(
  ["../../../../locales/zh-TW/*.json", "!**/{cli,desktop,server}.json"],
  { eager: true, import: "default" },
);
