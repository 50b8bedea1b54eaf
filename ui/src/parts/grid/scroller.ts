import type { Virtualizer } from "@tanstack/react-virtual";
import type { Extent } from "./scale";
import { clampOffset, scaleOf } from "./scale";

type Heard = (offset: number, scrolling: boolean) => void;

/**
 * Stands between the scroll bar and the virtual rows. It keeps the exact offset: on a scaled grid one pixel of the
 * bar is several of the rows, so what the wheel and the keys ask for cannot be read back from the bar.
 */
export class Scroller {
  private element: HTMLElement | null = null;
  private heard: Heard | null = null;
  private extent: Extent = { total: 0, view: 0 };
  private exact = 0;
  private bar = 0;

  /** Where the first pixel of rows shown lies among all rows. */
  get offset(): number {
    return this.exact;
  }

  /** Where the rows are drawn: at their own place, or beside the bar when the grid is scaled. */
  place(start: number): number {
    return scaleOf(this.extent) === 1 ? start : start - this.exact + this.bar;
  }

  resize(extent: Extent): void {
    const kept = this.exact;
    this.extent = extent;
    if (this.element !== null && kept > clampOffset(kept, extent)) this.moveTo(kept);
  }

  moveTo(offset: number): void {
    if (this.element === null) return;
    this.exact = clampOffset(offset, this.extent);
    this.element.scrollTop = this.exact / scaleOf(this.extent);
    this.bar = this.element.scrollTop;
    // A move smaller than a pixel of the bar fires no scroll event.
    this.heard?.(this.exact, false);
  }

  readonly observe = (instance: Virtualizer<HTMLDivElement, Element>, heard: Heard) => {
    const element = instance.scrollElement;
    if (element === null) return undefined;
    this.element = element;
    this.heard = heard;
    let still: ReturnType<typeof setTimeout> | undefined;
    const scrolled = () => {
      if (Math.abs(element.scrollTop - this.bar) >= 1) {
        this.bar = element.scrollTop;
        this.exact = clampOffset(this.bar * scaleOf(this.extent), this.extent);
      }
      heard(this.exact, true);
      clearTimeout(still);
      still = setTimeout(() => heard(this.exact, false), 150);
    };
    const wheeled = (event: WheelEvent) => {
      if (scaleOf(this.extent) === 1 || event.ctrlKey || event.deltaY === 0) return;
      event.preventDefault();
      const unit = event.deltaMode === 1 ? 32 : event.deltaMode === 2 ? this.extent.view : 1;
      this.moveTo(this.exact + event.deltaY * unit);
    };
    element.addEventListener("scroll", scrolled, { passive: true });
    element.addEventListener("wheel", wheeled, { passive: false });
    heard(this.exact, false);
    return () => {
      clearTimeout(still);
      element.removeEventListener("scroll", scrolled);
      element.removeEventListener("wheel", wheeled);
      this.element = null;
      this.heard = null;
    };
  };
}
