//! Runs Ant Design's style hooks once, at build time, in every look that the product has, and keeps what they write.
import { createRequire } from "node:module";
import type { ComponentType, ReactNode } from "react";
import { createElement } from "react";
import { renderToString } from "react-dom/server";
import { antdTheme, densities, lookName, schemes } from "../src/theme/antd.ts";
import { dark, light } from "../src/theme/palette.ts";
import type { Asked } from "./parts.ts";
import { parts } from "./parts.ts";

const load = createRequire(import.meta.url);
/** What Ant Design itself works with, and no other version of it. */
const near = createRequire(load.resolve("antd/package.json"));
const { ConfigProvider } = load("antd") as typeof import("antd");
const { StyleProvider, createCache, extractStyle } = near(
  "@ant-design/cssinjs",
) as typeof import("@ant-design/cssinjs");
const { iconStyles } = near("@ant-design/icons/lib/utils") as { iconStyles: string };

type Cache = ReturnType<typeof createCache>;

type Hook = (prefix: string, root: string, inject?: boolean) => string | [string, string];
type Rule = [css: string, id: string, effects: Record<string, string>, clientOnly: boolean, order: number];
type Variables = [unknown, css: string, id: string, look: string];
type Tokens = [unknown, hash: string, real: Record<string, unknown>, css: string, look: string];

/** Every look: a scheme in a density. */
export const looks = schemes.flatMap((scheme) =>
  densities.map((density) => {
    const name = lookName(scheme, density);
    return { name, config: antdTheme(scheme === "dark" ? dark : light, scheme, density) };
  }),
);

/** What the components of some style modules need. */
export interface Sheet {
  /** Rules in the order in which they count. */
  css: string;
  /** The class that marks them. */
  hash: string;
  /** Each look's tokens as the components' own code reads them. */
  tokens: Readonly<Record<string, Record<string, unknown>>>;
}

function Call({ hook, asked }: { hook: Hook; asked: Asked }): ReactNode {
  const prefix = `ant-${asked.prefix}`;
  const root = asked.rooted ? `${prefix}-css-var` : prefix;
  if (asked.bare) hook(prefix, root, false);
  else hook(prefix, root);
  return null;
}

function calls(path: string): ReactNode[] {
  const module = load(`antd/lib/${path}`) as Record<string, unknown>;
  return (parts[path] ?? []).map((asked, index) => {
    const found = module[asked.hook ?? "default"];
    const key = `${path} ${index}`;
    if (asked.element) {
      return createElement(found as ComponentType<{ prefixCls: string }>, {
        key,
        prefixCls: `ant-${asked.prefix}`,
      });
    }
    return createElement(Call, { key, hook: found as Hook, asked });
  });
}

/** The custom properties that a text asks for. */
export function asked(text: string): Set<string> {
  return new Set([...text.matchAll(/(?<=var\()--[\w-]+/g)].map(([name]) => name));
}

/**
 * `.desk-light.ant-btn{--a:1;--b:2;}` of every look, with what several looks share said once. Of the hundreds that
 * Ant Design sets on each of its components anew, those remain that something asks for.
 */
function variables(texts: readonly string[], wanted: ReadonlySet<string>): string {
  const scopes = new Map<string, Map<string, string[]>>();
  for (const text of texts) {
    for (const [, selectors = "", body = ""] of text.matchAll(/([^{}]+)\{([^{}]*)\}/g)) {
      for (const selector of selectors.split(",")) {
        const look = looks.find(({ name }) => selector.startsWith(`.${name}`));
        if (look === undefined) throw new Error(`custom properties of no look: ${selector}`);
        const scope = selector.slice(look.name.length + 1);
        const lines = scopes.get(scope) ?? new Map<string, string[]>();
        scopes.set(scope, lines);
        for (const line of body.split(";")) {
          if (wanted.has(line.slice(0, line.indexOf(":"))))
            lines.set(line, [...new Set([...(lines.get(line) ?? []), look.name])]);
        }
      }
    }
  }
  let css = "";
  for (const [scope, lines] of scopes) {
    const shared = new Map<string, string[]>();
    for (const [line, names] of lines) {
      const selector = names.map((name) => `.${name}${scope}`).join(",");
      shared.set(selector, [...(shared.get(selector) ?? []), line]);
    }
    for (const [selector, said] of shared) css += `${selector}{${said.join(";")}}`;
  }
  return css;
}

/** The rules of a cache, as Ant Design orders them. */
function rules(cache: Cache, wanted: (order: number) => boolean): string {
  const some = createCache();
  for (const [key, entry] of cache.cache) {
    if (key.startsWith("style%") && wanted((entry[1] as Rule)[4])) some.cache.set(key, entry);
  }
  // At its end stands a note for servers that draw pages.
  return extractStyle(some, { plain: true, types: "style" }).replace(
    /\.data-ant-cssinjs-cache-path\{[^}]*\}$/,
    "",
  );
}

/** All that is asked for anywhere, by a rule or by another property. */
let everywhere: ReadonlySet<string> | null = null;

function wantedBy(cache: Cache): Set<string> {
  const texts = [...cache.cache].flatMap(([key, [, value]]) => {
    if (key.startsWith("token%")) return [(value as Tokens)[3]];
    if (key.startsWith("cssVar%")) return [(value as Variables)[1]];
    const [rule, , effects] = value as Rule;
    return [rule, ...Object.values(effects)];
  });
  return asked(texts.join("\n"));
}

/** The sheet of these modules, without what the sheet of `before` says. */
export function sheet(paths: readonly string[], before: readonly string[] = []): Sheet {
  everywhere ??= wantedBy(filled(Object.keys(parts)));
  const wanted = everywhere;
  const cache = filled(paths);
  const tokens: Record<string, Record<string, unknown>> = {};
  let hash = "";
  for (const [key, [, value]] of cache.cache) {
    if (!key.startsWith("token%")) continue;
    const [, mark, real, , look] = value as Tokens;
    hash = mark;
    tokens[look] = real;
  }
  const first = before.length === 0;
  if (!first) for (const key of filled(before).cache.keys()) cache.cache.delete(key);
  const texts = (kind: string) =>
    [...cache.cache].filter(([key]) => key.startsWith(kind)).map(([, [, value]]) => value as unknown[]);
  // In the order of the window that makes its styles itself: what is equally strong and later, counts.
  const css = [
    first ? iconStyles : "",
    variables(
      texts("token%").map((value) => (value as Tokens)[3]),
      wanted,
    ),
    rules(cache, (order) => order <= -999),
    variables(
      texts("cssVar%").map((value) => (value as Variables)[1]),
      wanted,
    ),
    rules(cache, (order) => order > -999),
  ];
  return { css: css.join("\n"), hash, tokens };
}

/** A cache with all that the hooks of these modules write. */
function filled(paths: readonly string[]): Cache {
  const cache = createCache();
  for (const { config } of looks) {
    const drawn = createElement(ConfigProvider, { theme: config }, paths.flatMap(calls));
    renderToString(createElement(StyleProvider, { cache }, drawn));
  }
  return cache;
}
