/// <reference types="vite/client" />

/** Address of the development bridge, or `null` in the product (see vite.config.ts). */
declare const __BRIDGE__: string | null;
