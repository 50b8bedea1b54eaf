import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { ahead } from "./build/ahead.ts";
import { stillStyles } from "./build/still.ts";

const bridgeDefault = "http://127.0.0.1:4820";

export default defineConfig(({ command, mode }) => {
  // The HTTP bridge to the core exists while developing, or where VITE_BRIDGE names one. In the product this
  // is `null`, and the module behind it is dropped from the build.
  const bridge =
    process.env["VITE_BRIDGE"] ?? (command === "serve" && mode !== "test" ? bridgeDefault : null);
  return {
    base: "./",
    plugins: [react(), stillStyles(), ahead()],
    clearScreen: false,
    // As text, which engines read faster than a literal.
    json: { stringify: true },
    define: { __BRIDGE__: JSON.stringify(bridge) },
    server: { host: "127.0.0.1", port: 1420, strictPort: true, fs: { allow: [".."] } },
    build: {
      target: ["es2022", "chrome105", "safari16"],
      chunkSizeWarningLimit: 1500,
      reportCompressedSize: false,
      // One file asks the core, one holds all that the first picture needs; each further one would cost a request.
      rolldownOptions: {
        output: {
          codeSplitting: {
            groups: [
              { name: "start", test: /[\\/]src[\\/](main|host[\\/]tauri)\.ts$/, priority: 2 },
              { name: "window", test: /[\\/]src[\\/]window\.tsx$/, priority: 1 },
            ],
          },
        },
      },
    },
    test: {
      environment: "jsdom",
      setupFiles: ["src/test/setup.ts"],
      restoreMocks: true,
      // Whole stories, key by key, also on a machine that is busy with something else.
      testTimeout: 20_000,
      css: true,
    },
  };
});
