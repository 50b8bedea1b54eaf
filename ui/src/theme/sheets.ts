/** Where the build puts what Ant Design's components outside the first picture look like (build/still.ts). */
const rest = "./assets/antd-rest.css";

function read(): Promise<void> {
  // In development and in tests the components write their own styles.
  if (!import.meta.env.PROD) return Promise.resolve();
  return new Promise((resolve) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = rest;
    // A sheet that cannot be read must not hold up the screen.
    link.onload = link.onerror = () => resolve();
    // Before our own sheets, which have the last word.
    document.head.prepend(link);
  });
}

let reading: Promise<void> | null = null;

/** Settles once every component has its looks. */
export function allSheets(): Promise<void> {
  return (reading ??= read());
}
