/** What replicas share beside the store: counts of limits and news of revocations. */
import type { RevocationBus } from "./auth/revocations.ts";
import type { EventBus } from "./live/hub.ts";
import type { Counter, Limit } from "./limits/counter.ts";

export interface Shared {
  /** Counts of all replicas; `insurance` counts while they are out of reach. */
  counterOf(limit: Limit, insurance: Counter): Counter;
  revocations: RevocationBus;
  /** Events of streams; left out, subscribers hear of those of other replicas when they connect. */
  events?: EventBus;
  /** Rejects where it is out of reach. */
  probe(): Promise<void>;
  close(): void;
}
