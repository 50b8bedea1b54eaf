import js from "@eslint/js";
import prettier from "eslint-config-prettier";
import jsxA11y from "eslint-plugin-jsx-a11y";
import reactHooks from "eslint-plugin-react-hooks";
import globals from "globals";
import tseslint from "typescript-eslint";

/** Who may import what; the same edges as ARCHITECTURE.md draws for the crates. */
const onlyHost = {
  group: ["@tauri-apps/*"],
  message: "ui/src/host is the only door to Tauri.",
};

export default tseslint.config(
  { ignores: ["dist", "node_modules", "src/bindings"] },
  js.configs.recommended,
  {
    files: ["src/**/*.{ts,tsx}"],
    extends: [
      tseslint.configs.strictTypeChecked,
      reactHooks.configs.flat.recommended,
      jsxA11y.flatConfigs.strict,
    ],
    languageOptions: {
      globals: globals.browser,
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      "no-restricted-imports": ["error", { patterns: [onlyHost] }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      "react-hooks/incompatible-library": "off",
      // Names are cut by code point, as the core counts them.
      "@typescript-eslint/no-misused-spread": [
        "error",
        { allow: [{ from: "lib", name: "string" }, "string"] },
      ],
    },
  },
  {
    files: ["src/features/**/*.{ts,tsx}"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            onlyHost,
            {
              regex: "^\\.\\./(?!\\.\\./)",
              message: "A feature does not reach into another feature.",
            },
          ],
        },
      ],
    },
  },
  { files: ["src/host/**/*.ts"], rules: { "no-restricted-imports": "off" } },
  {
    files: ["vite.config.ts", "build/**/*.ts"],
    extends: [tseslint.configs.recommended],
    languageOptions: { globals: globals.node },
  },
  { files: ["*.js"], languageOptions: { globals: globals.node } },
  prettier,
);
