//! The page names the window's file, so that it is on its way while the first script still asks the core.
import type { Plugin } from "vite";

export function ahead(): Plugin {
  return {
    name: "window-ahead",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler: (_, { bundle = {} }) =>
        Object.values(bundle)
          .filter((output) => output.type === "chunk" && output.name === "window")
          .map(({ fileName }) => ({
            tag: "link",
            attrs: { rel: "modulepreload", crossorigin: true, href: `./${fileName}` },
            injectTo: "head",
          })),
    },
  };
}
