// Freezes Object.prototype before any other script runs, so that no data can plant a property on every object.
//
// Tauri's own `freezePrototype` does the same by Object.freeze alone, and then libraries that give a prototype of
// their own a `toString` or `valueOf` by assignment (dayjs does) fail: an inherited read-only property cannot be
// assigned over. So each property first becomes a pair of accessors that let an heir have its own.
(() => {
  const root = Object.prototype;
  for (const key of Reflect.ownKeys(root)) {
    const { value, writable, configurable } = Object.getOwnPropertyDescriptor(root, key);
    if (!writable || !configurable) continue;
    Object.defineProperty(root, key, {
      enumerable: false,
      configurable: false,
      get: () => value,
      set(own) {
        if (this === root) throw new TypeError(`Object.prototype.${String(key)} is fixed`);
        Object.defineProperty(this, key, { value: own, writable: true, enumerable: true, configurable: true });
      },
    });
  }
  Object.freeze(root);
})();
