import antd from "antd/es/locale/en_US";

export { antd };

export const files = import.meta.glob<Record<string, unknown>>(
  ["../../../../locales/en/*.json", "!**/{cli,desktop,server}.json"],
  { eager: true, import: "default" },
);
