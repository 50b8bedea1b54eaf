import antd from "antd/es/locale/zh_CN";

export { antd };

export const files = import.meta.glob<Record<string, unknown>>(
  ["../../../../locales/zh-CN/*.json", "!**/{cli,desktop,server}.json"],
  { eager: true, import: "default" },
);
