/** One call of a style hook of Ant Design as its component makes it. */
export interface Asked {
  /** Without the leading `ant-`. */
  prefix: string;
  /** The export that is called; `default` where none is named. */
  hook?: string;
  /** Its custom properties hang on `ant-x-css-var`, and not on `ant-x`. */
  rooted?: true;
  /** Only its custom properties: the rules are another's. */
  bare?: true;
  /** A component without a picture of its own, and not a hook. */
  element?: true;
}

/**
 * Every style module of Ant Design that the screens use, by its path under `antd/es`, and who calls it how. A module
 * that is missing here stops the build; a call that is missing here fails `src/theme/still.test.tsx`.
 */
export const parts: Readonly<Record<string, readonly Asked[]>> = {
  "_util/wave/style": [{ prefix: "wave" }],
  "button/style/index": [{ prefix: "btn" }],
  "button/style/compact": [{ prefix: "btn", element: true }],
  "checkbox/style/index": [{ prefix: "checkbox", rooted: true }],
  "date-picker/style/index": [{ prefix: "picker", rooted: true }],
  "drawer/style/index": [{ prefix: "drawer" }],
  "dropdown/style/index": [{ prefix: "dropdown", rooted: true }],
  "empty/style/index": [{ prefix: "empty" }],
  "form/style/index": [{ prefix: "form", rooted: true }],
  "form/style/fallbackCmp": [{ prefix: "form", element: true }],
  "grid/style/index": [
    { prefix: "row", hook: "useRowStyle" },
    { prefix: "col", hook: "useColStyle" },
  ],
  "input-number/style/index": [{ prefix: "input-number", rooted: true }],
  "input/style/index": [
    { prefix: "input", hook: "useSharedStyle" },
    { prefix: "input", rooted: true },
  ],
  "input/style/otp": [{ prefix: "otp" }],
  "input/style/search": [{ prefix: "input-search" }],
  "input/style/textarea": [{ prefix: "input", rooted: true }],
  "menu/style/index": [
    { prefix: "menu", rooted: true },
    { prefix: "dropdown-menu", rooted: true, bare: true },
  ],
  "modal/style/index": [{ prefix: "modal", rooted: true }],
  "modal/style/confirm": [{ prefix: "modal", element: true }],
  "popconfirm/style/index": [{ prefix: "popconfirm" }],
  "popover/style/index": [{ prefix: "popover" }],
  "qr-code/style/index": [{ prefix: "qrcode" }],
  "radio/style/index": [{ prefix: "radio", rooted: true }],
  "segmented/style/index": [{ prefix: "segmented" }],
  "select/style/index": [{ prefix: "select", rooted: true }],
  "skeleton/style/index": [{ prefix: "skeleton" }],
  "space/style/index": [{ prefix: "space" }],
  "space/style/compact": [{ prefix: "space-compact" }],
  "space/style/addon": [{ prefix: "space-addon" }],
  "spin/style/index": [{ prefix: "spin" }],
  "switch/style/index": [{ prefix: "switch" }],
  // The gallery, which is not shipped.
  "tabs/style/index": [{ prefix: "tabs" }],
  "tooltip/style/index": [
    { prefix: "tooltip", rooted: true },
    { prefix: "popover", rooted: true, bare: true },
    { prefix: "popconfirm", rooted: true, bare: true },
  ],
};
