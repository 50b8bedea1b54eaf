import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { Transport } from "./transport";

export const tauri: Transport = {
  call: (name, request) => invoke("call", { name, request }),
  listen(event, listener) {
    // Tauri subscribes asynchronously; an early unsubscribe must still win.
    const subscription = listen(event, ({ payload }) => listener(payload));
    return () => {
      void subscription.then((stop) => stop());
    };
  },
};
