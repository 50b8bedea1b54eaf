//! Ant Design without its engine. In development and in tests it computes its style sheets in the page, in a shipped
//! window the sheets are made here: that work would be done anew at each start, before the first picture.
import { createRequire } from "node:module";
import path from "node:path";
import type { Plugin } from "vite";
import { parts } from "./parts.ts";
import type { Sheet } from "./sheets.ts";

const firstFile = "assets/antd.css";
const restFile = "assets/antd-rest.css";

const load = createRequire(import.meta.url);
const antd = path.dirname(load.resolve("antd/package.json"));
const modules = path.join(antd, "es") + path.sep;

/** `button/style/index` of `…/antd/es/button/style/index.js`, and `null` of what is no style module. */
function styleModule(id: string): string | null {
  if (!id.startsWith(modules) || !id.endsWith(".js")) return null;
  const name = id.slice(modules.length, -".js".length).replaceAll(path.sep, "/");
  return /^(?!config-provider\/).+\/style(\/\w+)?$/.test(name) ? name : null;
}

/** A hook answers with the class of the rules and that of the look; both are known. */
function stub(name: string, { hash }: Sheet): string {
  const lines = (parts[name] ?? []).map(({ hook = "default", element }) => {
    const value = element
      ? "() => null"
      : name === "_util/wave/style"
        ? `() => ${JSON.stringify(hash)}`
        : "useLook";
    return hook === "default" ? `export default ${value};` : `export const ${hook} = ${value};`;
  });
  // What the modules of other components take from it to make their own styles, which none of ours does.
  const others = Object.keys(load(`antd/lib/${name}`) as object)
    .filter(
      (other) => other !== "default" && !lines.some((line) => line.startsWith(`export const ${other} `)),
    )
    .map((other) => `export const ${other} = undefined;`);
  return [
    `import { useContext } from "react";`,
    `import { DesignTokenContext } from ${JSON.stringify(path.join(modules, "theme/context.js"))};`,
    `const useLook = () => [${JSON.stringify(hash)}, useContext(DesignTokenContext).cssVar?.key];`,
    ...new Set([...lines, ...others]),
  ].join("\n");
}

/** The tokens that the components' own code reads, such as a height or a duration. */
function tokens({ tokens, hash }: Sheet): string {
  const texts = Object.entries(tokens).map(
    ([name, values]) => `${JSON.stringify(name)}: ${JSON.stringify(JSON.stringify(values))}`,
  );
  return `
    import { useContext } from "react";
    import { DesignTokenContext } from "./context";
    const texts = { ${texts.join(",\n")} };
    const read = new Map();
    export const unitless = {};
    export default function useToken() {
      const { theme, cssVar } = useContext(DesignTokenContext);
      const name = cssVar?.key ?? "desk-light";
      let token = read.get(name);
      if (token === undefined) read.set(name, (token = JSON.parse(texts[name])));
      return [theme, token, ${JSON.stringify(hash)}, token, { prefix: "ant", key: name }, true];
    }`;
}

export function stillStyles(): Plugin {
  let whole: Promise<Sheet>;
  return {
    name: "still-styles",
    apply: "build",
    // Loaded here, because it is only now that the build is known to be one for shipping.
    buildStart() {
      whole = import("./sheets.ts").then(({ sheet }) => sheet(Object.keys(parts)));
    },
    async load(id) {
      if (id === path.join(modules, "theme/useToken.js")) return tokens(await whole);
      if (id === path.join(modules, "theme/util/useResetIconStyle.js")) return "export default () => {};";
      const name = styleModule(id);
      return name !== null && name in parts ? stub(name, await whole) : null;
    },
    async generateBundle(_, bundle) {
      const { sheet } = await import("./sheets.ts");
      const chunks = Object.values(bundle).filter((output) => output.type === "chunk");
      const styles = (of: typeof chunks) =>
        new Set(
          of.flatMap(({ modules: all }) =>
            Object.keys(all)
              .map(styleModule)
              .filter((name) => name !== null),
          ),
        );
      const used = styles(chunks);
      const unknown = [...used].filter((name) => !(name in parts));
      if (unknown.length > 0) this.error(`no line in build/parts.ts for ${unknown.join(", ")}`);
      // What the window's own chunk needs comes before the first picture, the rest after it.
      const near = new Set<string>();
      const visit = (file: string) => {
        const chunk = bundle[file];
        if (near.has(file) || chunk?.type !== "chunk") return;
        near.add(file);
        chunk.imports.forEach(visit);
      };
      chunks
        .filter(
          (chunk) => chunk.isEntry || chunk.moduleIds.some((id) => /[\\/]src[\\/]window\.tsx$/.test(id)),
        )
        .forEach((chunk) => visit(chunk.fileName));
      const first = styles(chunks.filter((chunk) => near.has(chunk.fileName)));
      const inOrder = (wanted: (name: string) => boolean) =>
        Object.keys(parts).filter((name) => used.has(name) && wanted(name));
      const early = inOrder((name) => first.has(name));
      const late = inOrder((name) => !first.has(name));
      this.emitFile({ type: "asset", fileName: firstFile, source: sheet(early).css });
      this.emitFile({ type: "asset", fileName: restFile, source: sheet(late, early).css });
    },
    transformIndexHtml: () => [
      { tag: "link", attrs: { rel: "stylesheet", href: `./${firstFile}` }, injectTo: "head-prepend" },
    ],
  };
}
