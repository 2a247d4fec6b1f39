/** What a replica sees of the others, and does with them. */
import type { Replicas } from "../replicas/replicas.ts";
import type { Exposition } from "./distribution.ts";

export function registerReplicas(exposition: Exposition, { membership, ownership, forwards }: Replicas): void {
  exposition.gauge(
    "ncs_replica_members",
    "Replicas whose lease holds, as this one sees it",
    () => [{ value: membership.members.length }],
  );
  exposition.gauge("ncs_replica_streams", "Streams whose state is at this replica", () => [{ value: ownership.count }]);
  exposition.counter(
    "ncs_replica_forwards_total",
    "Questions to other replicas: answered, moved (asked again elsewhere), lost (no answer)",
    () => Object.entries(forwards).map(([result, value]) => ({ labels: { result }, value })),
  );
  exposition.counter(
    "ncs_replica_handovers_total",
    "Streams that were handed over to another replica",
    () => [{ value: ownership.handovers }],
  );
  exposition.counter(
    "ncs_replica_lapses_total",
    "How often the lease was lost: a store or a process that stood still",
    () => [{ value: membership.lapses }],
  );
}
