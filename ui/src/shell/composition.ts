/** What the guard needs to know of a keyboard event. */
interface Pressed {
  isComposing: boolean;
  keyCode: number;
  code: string;
}

/**
 * While an input method composes, a key belongs to it and to the field, and to nothing else. Engines tell it in
 * three ways: `isComposing`, keyCode 229 (WebKit sends the Enter that ends a composition so, after
 * `compositionend`), or only by the composition events. A key that went down while composing also comes up
 * unseen.
 */
export class CompositionGuard {
  private composing = false;
  private readonly held = new Set<string>();

  begin(): void {
    this.composing = true;
  }

  end(): void {
    this.composing = false;
  }

  /** Whether this press belongs to the input method. */
  takesDown(event: Pressed): boolean {
    // keyCode is deprecated and the only thing WebKit says here.
    const taken = this.composing || event.isComposing || event.keyCode === 229;
    if (taken) this.held.add(event.code);
    else this.held.delete(event.code);
    return taken;
  }

  takesUp(event: Pressed): boolean {
    const taken = this.held.delete(event.code);
    return taken || this.composing || event.isComposing || event.keyCode === 229;
  }
}

/** Puts one guard before every other listener of the window. Returns the way to take it off. */
export function guardComposition(target: Window): () => void {
  const guard = new CompositionGuard();
  const begin = () => guard.begin();
  const end = () => guard.end();
  const down = (event: KeyboardEvent) => {
    if (guard.takesDown(event)) event.stopImmediatePropagation();
  };
  const up = (event: KeyboardEvent) => {
    if (guard.takesUp(event)) event.stopImmediatePropagation();
  };
  const capture = { capture: true };
  target.addEventListener("compositionstart", begin, capture);
  target.addEventListener("compositionend", end, capture);
  target.addEventListener("keydown", down, capture);
  target.addEventListener("keypress", down, capture);
  target.addEventListener("keyup", up, capture);
  return () => {
    target.removeEventListener("compositionstart", begin, capture);
    target.removeEventListener("compositionend", end, capture);
    target.removeEventListener("keydown", down, capture);
    target.removeEventListener("keypress", down, capture);
    target.removeEventListener("keyup", up, capture);
  };
}
