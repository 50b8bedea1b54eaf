import { getCurrentWebview } from "@tauri-apps/api/webview";
import { getCurrentWindow } from "@tauri-apps/api/window";
import { open, save } from "@tauri-apps/plugin-dialog";
import { openUrl } from "@tauri-apps/plugin-opener";
import { inWindow } from "./call";

export interface FileKind {
  name: string;
  extensions: string[];
}

/** Asks for a file to read; `null` when the person closes the dialog. */
export async function openPath(kinds: FileKind[]): Promise<string | null> {
  if (!inWindow) return globalThis.prompt("path");
  return open({ multiple: false, directory: false, filters: kinds });
}

/** Asks for a folder; `null` when the person closes the dialog. */
export async function openFolder(): Promise<string | null> {
  if (!inWindow) return globalThis.prompt("folder");
  return open({ multiple: false, directory: true });
}

/** Asks where to write a file; `null` when the person closes the dialog. */
export async function savePath(suggested: string, kinds: FileKind[]): Promise<string | null> {
  if (!inWindow) return globalThis.prompt("path", suggested);
  return save({ defaultPath: suggested, filters: kinds });
}

/** Hands a telephone number to whatever the system dials with. `e164` is parsed by the core, not typed. */
export async function dial(e164: string): Promise<void> {
  const url = `tel:${e164}`;
  if (inWindow) await openUrl(url);
  else globalThis.location.assign(url);
}

export async function setZoom(factor: number): Promise<void> {
  if (inWindow) await getCurrentWebview().setZoom(factor);
  else document.documentElement.style.setProperty("zoom", String(factor));
}

/** The title bar follows the setting; `null` gives it back to the system. */
export async function setWindowTheme(theme: "light" | "dark" | null): Promise<void> {
  if (inWindow) await getCurrentWindow().setTheme(theme);
}

/** Prints what the window shows under its print style sheet. */
export function printPage(): void {
  globalThis.print();
}

/** Closes the window without asking again. */
export async function closeWindow(): Promise<void> {
  if (inWindow) await getCurrentWindow().destroy();
}
