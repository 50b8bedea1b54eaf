import { QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import type { ReactNode } from "react";
import { speak } from "../i18n/i18n";
import { createClient } from "../query/client";
import { ThemeRoot } from "../theme/ThemeRoot";

speak();

/** Draws a part as the window does: with its theme, its words and a cache of its own. */
export function show(part: ReactNode) {
  return render(
    <QueryClientProvider client={createClient()}>
      <ThemeRoot>{part}</ThemeRoot>
    </QueryClientProvider>,
  );
}
