/** The stores: one interface, and the one in memory. Those that need a driver are imported by their own files. */
export * from "./replicas.ts";
export * from "./store.ts";
export { MemoryStore } from "./memory.ts";
