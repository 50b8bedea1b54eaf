/** The events the core sends by itself. */
export type EventName = "touched" | "status" | "open" | "progress" | "closing";

/** A way to the core: Tauri's in the product, HTTP while screens are worked on in a browser. */
export interface Transport {
  call(name: string, request: unknown): Promise<unknown>;
  listen(event: EventName, listener: (payload: unknown) => void): () => void;
}
