/** The store in memory. */
import { MemoryStore } from "../../src/store/mod.ts";
import { describeStore } from "./contract.ts";

describeStore("memory", () => {
  const store = new MemoryStore();
  return Promise.resolve({ store, close: () => store.close() });
});
