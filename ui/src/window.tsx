import type { QueryClient } from "@tanstack/react-query";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { speak } from "./i18n/i18n";
import { router } from "./router";
import { guardComposition } from "./shell/composition";
import { listenForKeys } from "./shell/hotkeys";
import { readLater } from "./shell/later";
import { listenForScans } from "./shell/scanner";
import { restoreZoom } from "./shell/zoom";
import { restoreScheme } from "./theme/scheme";
import { ThemeRoot } from "./theme/ThemeRoot";
import "./base.css";
import "./shell/shell.css";
import "./parts/parts.css";
import "./parts/boxes.css";
import "./parts/figures.css";
import "./parts/timeline.css";
import "./parts/phrase.css";
import "./parts/states.css";

// Before all other listeners: a scanner types on while an input method composes, and nothing else sees its keys.
listenForScans(globalThis.window);
guardComposition(globalThis.window);
listenForKeys(globalThis.window);
restoreZoom();
restoreScheme();

/** So long after the first picture the rest is read in: the core is asked first. */
const pause = 300;

/** Draws the screens. */
export function open(client: QueryClient): void {
  const place = document.getElementById("root");
  if (place === null) throw new Error("index.html has no #root");
  speak();
  createRoot(place).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <ThemeRoot>
          <RouterProvider router={router} />
        </ThemeRoot>
      </QueryClientProvider>
    </StrictMode>,
  );
  setTimeout(() => void readLater(), pause);
}
