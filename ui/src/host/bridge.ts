import { Failure } from "./failure";
import type { Transport } from "./transport";

/** The development transport: the same commands over HTTP, events over a server-sent stream. */
export function bridge(address: string): Transport {
  let stream: EventSource | null = null;
  return {
    async call(name, request) {
      let response: Response;
      try {
        response = await fetch(`${address}/call`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ name, request }),
        });
      } catch {
        throw new Failure("ui.core_unreachable", { address });
      }
      const body: unknown = await response.json();
      if (!response.ok) throw body;
      return body;
    },
    listen(event, listener) {
      stream ??= new EventSource(`${address}/events`);
      const source = stream;
      // The stream's own "open" has the name of one of ours, and no data.
      const heard = (message: MessageEvent<unknown>) => {
        if (typeof message.data === "string") listener(JSON.parse(message.data));
      };
      source.addEventListener(event, heard);
      return () => source.removeEventListener(event, heard);
    },
  };
}
