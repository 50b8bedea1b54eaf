/**
 * Engines give up on elements beyond some height (WebKit and Chromium near 33 million px, Gecko near 17): a
 * million rows of 32 px come too close. Past `tallest` the scroll bar moves over a shorter element and each of its
 * pixels stands for several; the rows themselves stay true to the pixel.
 */
export const tallest = 15_000_000;

export interface Extent {
  /** Height of all rows. */
  total: number;
  /** Height of the part that shows rows. */
  view: number;
}

/** Height of the element that the scroll bar measures. */
export function spaceFor({ total }: Extent): number {
  return Math.min(total, tallest);
}

/** How many pixels of rows one pixel of scroll stands for. */
export function scaleOf({ total, view }: Extent): number {
  return total <= tallest ? 1 : (total - view) / (tallest - view);
}

export function clampOffset(offset: number, { total, view }: Extent): number {
  return Math.max(0, Math.min(offset, total - view));
}

/** The least move that shows the row whole. */
export function reveal(row: number, rowHeight: number, offset: number, extent: Extent): number {
  const top = row * rowHeight;
  if (top < offset) return clampOffset(top, extent);
  if (top + rowHeight > offset + extent.view) return clampOffset(top + rowHeight - extent.view, extent);
  return offset;
}
