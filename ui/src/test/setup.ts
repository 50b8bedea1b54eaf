import "@testing-library/jest-dom/vitest";
import { cleanup } from "@testing-library/react";
import { afterEach, beforeAll, vi } from "vitest";
import { languages } from "../i18n/language";
import { readPack } from "../i18n/packs";
import { readLater } from "../shell/later";

// jsdom lays nothing out and asks nobody about colours: what the product needs of both is answered here.
vi.stubGlobal(
  "matchMedia",
  (query: string) =>
    ({
      matches: false,
      media: query,
      addEventListener: () => undefined,
      removeEventListener: () => undefined,
      addListener: () => undefined,
      removeListener: () => undefined,
    }) as unknown as MediaQueryList,
);
vi.stubGlobal(
  "ResizeObserver",
  class {
    observe() {
      return undefined;
    }
    unobserve() {
      return undefined;
    }
    disconnect() {
      return undefined;
    }
  },
);

afterEach(() => {
  cleanup();
});

await Promise.all(languages.map(readPack));

// A window that has stood for a second.
beforeAll(readLater);
