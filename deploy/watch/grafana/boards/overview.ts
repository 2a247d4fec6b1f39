/** Whether the service is well: what callers meet, what it stands on, and its processes. */
import { atLeast, type Board, by, graph, number, quantile, quantiles, rate, warn } from "../panels.ts";

const WRITES = by('route=~".*/process_(points|batch)"');
const TIMES = "ncs_http_request_duration_seconds";

export const OVERVIEW: Board = {
  uid: "ncs-overview",
  title: "NCS overview",
  description: "Whether the service answers, how fast, and what it stands on",
  hasStreams: false,
  rows: [
    {
      title: "Now",
      panels: [
        number("Replicas that answer", "short", "Targets that Prometheus could scrape.", {
          replicas: `sum(up${by()})`,
        }, atLeast(1)),
        number("Alerts", "short", "Alerts that fire now; docs/RUNBOOK.md says what to do about each.", {
          firing: 'sum(ALERTS{alertstate="firing"}) or vector(0)',
        }, warn(1, 3)),
        number("Availability, 3 days", "percentunit", "Share of requests not answered 5xx; promised are 99.9 %.", {
          availability: "1 - job:ncs_http_errors:ratio_rate3d",
        }, { base: "red", max: 1, steps: [{ value: 0.998, color: "yellow" }, { value: 0.999, color: "green" }] }),
        number("Points learned", "cps", "Points that all streams learn a second.", {
          points: `sum(${rate("ncs_points_learned_total", by())})`,
        }),
        number("Write, p95", "s", "Nineteen of twenty writes take no longer; promised are 10 ms at steady load.", {
          p95: quantile(0.95, TIMES, WRITES),
        }, warn(0.01, 0.25)),
        number("Kernel a point", "s", "Time of the kernel a point learned; promised are less than 0.2 ms.", {
          time: "job:ncs_learn_seconds_per_point:rate5m",
        }, warn(0.0001, 0.0002)),
      ],
    },
    {
      title: "Requests",
      panels: [
        graph("Requests by status", "reqps", "5xx: see the alerts. 4xx: callers' faults, and refusals.", {
          "{{status}}": `sum by (status) (${rate("ncs_http_requests_total", by())})`,
        }, { isStacked: true }),
        graph("Time of a write", "s", "From a request's head to its answer's; process_points and process_batch.", {
          ...quantiles(TIMES, WRITES),
        }, warn(0.01, 0.25)),
        graph("Failed requests", "percentunit", "Share answered 5xx; 0.1 % is what the promise leaves.", {
          "5 minutes": "job:ncs_http_errors:ratio_rate5m",
          "1 hour": "job:ncs_http_errors:ratio_rate1h",
          "6 hours": "job:ncs_http_errors:ratio_rate6h",
        }, warn(0.001, 0.01)),
        graph("Time by route, p95", "s", "A batch of a million points takes a second.", {
          "{{method}} {{route}}": quantile(0.95, TIMES, by('route!~"/metrics|.*/health.*"'), "method", "route"),
        }),
        graph("Connections that stay open", "short", "Listeners to events, and WebSockets.", {
          "{{kind}}s": `sum by (kind) (ncs_connections_open${by()})`,
        }),
        graph("Points of a batch", "short", "How large the batches are that are learned.", {
          ...quantiles("ncs_batch_size_points", by()),
        }),
      ],
    },
    {
      title: "Store",
      panels: [
        graph("Components", "short", "1: works, as /health says.", {
          "{{component}} {{instance}}": `ncs_component_up${by()}`,
        }, { max: 1, ...atLeast(1) }),
        graph("Transaction of the journal", "s", "A write is answered when its transaction is done.", {
          ...quantiles("ncs_journal_commit_duration_seconds", by()),
        }, warn(0.05, 0.25)),
        graph("Writes that wait for the journal", "short", "Beyond 16,384 a replica refuses writes.", {
          "{{instance}}": `ncs_journal_lag_entries${by()}`,
        }, warn(1000, 10000)),
        graph("Journal", "Bps", "Octets of the writes and snapshots kept.", {
          writes: `sum(${rate("ncs_journal_bytes_total", by())})`,
          snapshots: `sum(${rate("ncs_snapshot_bytes_total", by())})`,
        }),
        graph("Time of the store, p95", "s", "By what is asked of it.", {
          "{{operation}}": quantile(0.95, "ncs_store_operation_duration_seconds", by(), "operation"),
        }),
        graph("Failures of the store", "ops", "What the store did not do, by what was asked.", {
          "{{operation}}": `sum by (operation) (${rate("ncs_store_failures_total", by())})`,
        }, warn(0.01, 0.1)),
      ],
    },
    {
      title: "Processes",
      panels: [
        graph("Memory", "bytes", "Resident memory of each process.", {
          "{{instance}}": `ncs_process_resident_bytes${by()}`,
        }, warn(512 * 2 ** 20, 768 * 2 ** 20)),
        graph("Processor", "percentunit", "Processors used; one thread answers the requests of a process.", {
          "{{instance}}": rate("ncs_process_cpu_seconds_total", by()),
        }, warn(0.7, 0.9)),
        graph("Event loop", "s", "How late a timer came at most; so long all of its requests waited.", {
          "{{instance}}": `ncs_event_loop_lag_max_seconds${by()}`,
        }, warn(0.2, 1)),
        graph("Uptime", "s", "A line that falls is a process that started anew.", {
          "{{instance}}": `ncs_uptime_seconds${by()}`,
        }),
        graph("Versions", "short", "Replicas by version and runtime.", {
          "{{version}} on {{runtime}}": `sum by (version, runtime) (ncs_build_info${by()})`,
        }, { isStacked: true }),
        graph("Component's answer", "s", "How long each component took to answer /health.", {
          "{{component}} {{instance}}": `ncs_component_latency_seconds${by()}`,
        }, warn(0.1, 1)),
      ],
    },
    {
      title: "Replicas: where REPLICA_URL is set",
      panels: [
        graph("Members", "short", "Replicas whose lease holds, as each sees them: one line.", {
          "{{instance}}": `ncs_replica_members${by()}`,
        }),
        graph("Streams of a replica", "short", "Streams whose state is there; they spread evenly.", {
          "{{instance}}": `ncs_replica_streams${by()}`,
        }, { isStacked: true }),
        graph("Forwards", "ops", "Requests passed to another replica: answered, moved (asked again elsewhere), lost.", {
          "{{result}}": `sum by (result) (${rate("ncs_replica_forwards_total", by())})`,
        }),
        graph("Streams handed over", "short", "Within five minutes, as replicas come and go.", {
          "{{instance}}": `increase(ncs_replica_handovers_total${by()}[5m])`,
        }),
        graph("Leases lost", "short", "Within five minutes; a store or a process stood still.", {
          "{{instance}}": `increase(ncs_replica_lapses_total${by()}[5m])`,
        }, warn(1, 2)),
      ],
    },
  ],
};
